"""log(1 + exp(x)) with a derivative of our own, which stays a number where the derived one does not."""

import torch


class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.log(1 + torch.exp(x))

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        return upstream * (1 - 1 / (1 + torch.exp(x)))


def derivative(function, at):
    x = torch.tensor(at, requires_grad=True)
    function(x).backward()
    return x.grad.item()


plain = derivative(lambda x: torch.log(1 + torch.exp(x)), 100.0)
own = derivative(Softplus.apply, 100.0)
print(f"derivative at 100: {plain} derived, {own} our own")
print(f"derivative at 0: {derivative(Softplus.apply, 0.0)}")
assert plain != plain and own == 1.0 and derivative(Softplus.apply, 0.0) == 0.5
