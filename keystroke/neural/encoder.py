"""The net: windows of typing to points on a sphere, in the manner of Type2Branch (González and others 2024).

A recurrent and a convolutional branch read the same presses; what both found is pooled over the window. A session's
point is the mean of its windows', and two sessions score the cosine between their points.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from keystroke.neural.file import BadNet, read_net, write_net
from keystroke.neural.presses import CODES_MAX, COLUMNS, Norms, Singles, Windows, windows
from keystroke.timing import Typing

SIZE = 64
_CODE, _RECURRENT, _CONVOLVED, _REACH = 16, 64, 64, 5
_DROPPED = 0.2
_AT_ONCE = 512


class Net(nn.Module):
    """About 100,000 weights."""

    def __init__(self) -> None:
        super().__init__()
        seen = 2 * _CODE + COLUMNS
        self.code = nn.Embedding(CODES_MAX, _CODE)
        self.recurrent = nn.GRU(seen, _RECURRENT, batch_first=True, bidirectional=True)
        self.near = nn.Conv1d(seen, _CONVOLVED, _REACH, padding="same")
        self.far = nn.Conv1d(_CONVOLVED, _CONVOLVED, _REACH, padding="same", dilation=2)
        found = 2 * _RECURRENT + _CONVOLVED
        self.norm = nn.LayerNorm(2 * found)
        self.drop = nn.Dropout(_DROPPED)
        self.point = nn.Linear(2 * found, SIZE)

    def forward(self, codes: Tensor, before: Tensor, times: Tensor) -> Tensor:
        x = torch.cat([self.code(codes), self.code(before), times], dim=2)  # (windows, WINDOW, seen)
        recurrent, _ = self.recurrent(x)
        convolved = functional.relu(self.near(x.transpose(1, 2)))
        convolved = convolved + functional.relu(self.far(convolved))
        found = torch.cat([recurrent, convolved.transpose(1, 2)], dim=2)
        pooled = torch.cat([found.mean(dim=1), found.std(dim=1)], dim=1)
        return functional.normalize(self.point(self.drop(self.norm(pooled))), dim=1)  # (windows, SIZE)


class Encoder:
    """A trained net, with the norms it reads typing by and the centre of the people it was trained on."""

    def __init__(self, net: Net, norms: Norms, centre: Singles) -> None:
        self._net = net.eval()
        self._norms = norms
        self._centre = centre

    def embed(self, typing: Typing) -> Singles:
        """The session's point, of length 1."""
        mean = points(self._net, windows(typing, self._norms)).mean(axis=0) - self._centre
        point: Singles = mean / max(float(np.linalg.norm(mean)), 1e-9)
        return point

    def save(self, path: Path) -> None:
        weights = {name: values.cpu().numpy() for name, values in self._net.state_dict().items()}
        write_net(path, self._norms, self._centre, weights)


def load(path: Path) -> Encoder:
    norms, centre, weights = read_net(path)
    net = Net()
    try:
        net.load_state_dict({name: torch.from_numpy(values) for name, values in weights.items()})
    except RuntimeError as error:
        raise BadNet(f"{path}: Its weights are not this encoder's; train it again.") from error
    if centre.shape != (SIZE,):
        raise BadNet(f"{path}: Its centre is not a point of {SIZE} numbers; train it again.")
    return Encoder(net, norms, centre)


def points(net: Net, seen: Windows) -> Singles:
    """One a window, (windows, SIZE), wherever the net is."""
    device = next(net.parameters()).device
    found = []
    with torch.inference_mode():
        for start in range(0, len(seen.codes), _AT_ONCE):
            part = [torch.from_numpy(each[start : start + _AT_ONCE]).to(device) for each in seen]
            found.append(net(*part).cpu().numpy())
    return np.concatenate(found)
