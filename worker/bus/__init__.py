"""The log between the steps, behind one contract: SQLite in one file, or Apache Kafka.

The rest of the program sees `worker.ports.Bus` and `worker.ports.Intake`. Importing this package
imports neither database nor Kafka client; take the one you run from its own module.
"""
