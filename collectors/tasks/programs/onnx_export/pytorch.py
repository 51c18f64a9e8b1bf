"""Export a model to ONNX, run the file in ONNX Runtime, and compare."""

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 4), nn.Softmax(1)).eval()
x = torch.randn(5, 16)
batch = torch.export.Dim("batch")
torch.onnx.export(model, (x,), "model.onnx", dynamo=True, dynamic_shapes=({0: batch},), verbose=False)

onnx.checker.check_model("model.onnx")
session = onnxruntime.InferenceSession("model.onnx")
more = torch.randn(7, 16)
(out,) = session.run(None, {session.get_inputs()[0].name: more.numpy()})
error = np.abs(out - model(more).detach().numpy()).max()

print(f"operations: {', '.join(node.op_type for node in onnx.load('model.onnx').graph.node)}")
print(f"ONNX Runtime differs by at most {error:.1e}")
assert out.shape == (7, 4) and error < 1e-5
