"""The tasks that exist, in the order they are shown; each is a folder with a program for each interface."""

from collectors.tasks.model import Task
from collectors.tasks.programs.custom_gradient import TASK as CUSTOM_GRADIENT
from collectors.tasks.programs.custom_training_loop import TASK as CUSTOM_TRAINING_LOOP
from collectors.tasks.programs.data_parallel import TASK as DATA_PARALLEL
from collectors.tasks.programs.depth_by_input import TASK as DEPTH_BY_INPUT
from collectors.tasks.programs.lstm_classifier import TASK as LSTM_CLASSIFIER
from collectors.tasks.programs.mixed_precision import TASK as MIXED_PRECISION
from collectors.tasks.programs.onnx_export import TASK as ONNX_EXPORT
from collectors.tasks.programs.saving_and_loading import TASK as SAVING_AND_LOADING
from collectors.tasks.programs.small_cnn import TASK as SMALL_CNN
from collectors.tasks.programs.sum import TASK as SUM
from collectors.tasks.programs.tensorboard_log import TASK as TENSORBOARD_LOG
from collectors.tasks.programs.tree_network import TASK as TREE_NETWORK

TASKS: tuple[Task, ...] = (
    SUM,
    DEPTH_BY_INPUT,
    SMALL_CNN,
    LSTM_CLASSIFIER,
    CUSTOM_TRAINING_LOOP,
    CUSTOM_GRADIENT,
    MIXED_PRECISION,
    SAVING_AND_LOADING,
    ONNX_EXPORT,
    TENSORBOARD_LOG,
    DATA_PARALLEL,
    TREE_NETWORK,
)
