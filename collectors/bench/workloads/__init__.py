"""The workloads: one file each, named here one by one; a test compares this list with the files."""

from collectors.bench.workload import Workload
from collectors.bench.workloads import cnn_train_step, lstm, matmul

WORKLOADS: tuple[Workload, ...] = (
    matmul.WORKLOAD,
    lstm.WORKLOAD,
    cnn_train_step.WORKLOAD,
)
