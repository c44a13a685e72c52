"""Three real brokers on 127.0.0.1 that are their own controllers, each of which can be killed or stopped."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.proxy import Proxy
from tests.kafka_broker import KafkaBroker, free_ports

BROKERS = 3
INTERNAL_PARTITIONS = 6


@dataclass
class Member(KafkaBroker):
    """One broker of three. Workers are told the proxy's port, the campaign itself the broker's own."""

    node: int = 1
    voters: str = ""
    proxy_port: int = 0

    def _properties(self) -> dict[str, str]:
        properties = super()._properties()
        for name in [each for each in properties if each.endswith((".replication.factor", ".min.isr"))]:
            properties[name] = "2" if name.endswith(".min.isr") else str(BROKERS)
        return {
            **properties,
            "node.id": str(self.node),
            "controller.quorum.voters": self.voters,
            "advertised.listeners": f"PLAINTEXT://{self.servers('PLAINTEXT')},"
            f"WORKERS://127.0.0.1:{self.proxy_port}",
            "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,WORKERS:PLAINTEXT",
            "offsets.topic.num.partitions": str(INTERNAL_PARTITIONS),
            "transaction.state.log.num.partitions": str(INTERNAL_PARTITIONS),
            "default.replication.factor": str(BROKERS),
            "min.insync.replicas": "2",
            # A dead broker's partitions get another leader after this long; the default is 9 s.
            "broker.session.timeout.ms": "3000",
            "broker.heartbeat.interval.ms": "500",
            "replica.lag.time.max.ms": "4000",
            "controller.quorum.fetch.timeout.ms": "1500",
            "controller.quorum.election.timeout.ms": "1000",
            "leader.imbalance.check.interval.seconds": "10",
            "num.network.threads": "2",
            "num.io.threads": "4",
            "log.cleaner.threads": "1",
        }


class Cluster:
    """The three, and a proxy in front of each."""

    def __init__(self, folder: Path) -> None:
        cluster = uuid.uuid4().hex[:22]
        ports = free_ports(BROKERS)
        self.brokers = [
            Member(
                folder / f"broker-{node}",
                more_listeners=("WORKERS",),
                heap="256m",
                cluster=cluster,
                node=node,
                proxy_port=port,
            )
            for node, port in enumerate(ports, 1)
        ]
        voters = ",".join(f"{each.node}@{each.servers('CONTROLLER')}" for each in self.brokers)
        for broker in self.brokers:
            broker.voters = voters
        self.proxies = [Proxy(each.proxy_port, each.ports["WORKERS"]) for each in self.brokers]

    def start(self) -> None:
        """Start who does not run; they need each other to come up."""
        with ThreadPoolExecutor(BROKERS) as starters:
            list(starters.map(lambda broker: broker.process or broker.start(), self.brokers))

    def stop(self) -> None:
        """kill -9 to all of them."""
        for broker in self.brokers:
            broker.resume()
            broker.kill()

    def close(self) -> None:
        """Stop, proxies too."""
        self.stop()
        for proxy in self.proxies:
            proxy.close()

    @property
    def servers(self) -> str:
        """For the campaign's own clients."""
        return ",".join(broker.bootstrap_servers for broker in self.brokers)

    @property
    def worker_servers(self) -> str:
        """For the workers: through the proxies."""
        return ",".join(f"127.0.0.1:{broker.proxy_port}" for broker in self.brokers)

    def leader(self, admin: Any, topic: str, partition: int) -> Member:
        """Who leads a partition now; the coordinator, if the topic is one of Kafka's own."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with contextlib.suppress(Exception):
                (described,) = admin.describe_topics([topic])
                partitions: Mapping[int, int] = {
                    each["partition_index"]: each["leader_id"] for each in described["partitions"]
                }
                if partitions.get(partition, -1) > 0:
                    return self.brokers[partitions[partition] - 1]
            time.sleep(0.2)
        return self.brokers[0]
