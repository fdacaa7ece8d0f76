"""The ServerApp's strategy, with the time of each round."""

import time

from flwr.serverapp.strategy import FedAvg


class TimedFedAvg(FedAvg):
    """FedAvg over all clients that records the time of each round's average (time.time()). It evaluates nothing. From
    `seconds` after the first average on, the remaining rounds are empty.
    """

    def __init__(self, clients, seconds):
        super().__init__(
            fraction_train=1.0, fraction_evaluate=0.0, min_train_nodes=clients, min_available_nodes=clients
        )
        self.seconds, self.finished, self.losses = seconds, [], []

    def configure_train(self, server_round, arrays, config, grid):
        if self.finished and time.time() - self.finished[0] > self.seconds:
            return []
        return super().configure_train(server_round, arrays, config, grid)

    def aggregate_train(self, server_round, replies):
        replies = list(replies)
        if not replies:
            return None, None
        failed = [reply.error.reason for reply in replies if reply.has_error()]
        if failed:
            raise RuntimeError(f"{len(failed)} clients failed, the first with: {failed[0]}")
        averaged = super().aggregate_train(server_round, replies)
        self.finished.append(time.time())
        self.losses.append(averaged[1]["loss"])
        return averaged
