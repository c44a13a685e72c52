"""The installed console script on real input: embedded, killed, and on a real Kafka."""
