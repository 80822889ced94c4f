"""Two programs of the kind that candidates write, as material for a typist: one at home, one in the interview."""

TAKE_HOME = '''\
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Regressor(nn.Module):
    def __init__(self, features, hidden=32, dropout=0.1):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(features, hidden),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(hidden, 1),
        )

    def forward(self, x):
        return self.layers(x).squeeze(-1)


def train(model, inputs, targets, epochs=20, rate=0.01, batch=64):
    """Fit the model with Adam and return the mean loss of every epoch."""
    loader = DataLoader(TensorDataset(inputs, targets), batch_size=batch, shuffle=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    criterion = nn.MSELoss()
    history = []
    for epoch in range(epochs):
        model.train()
        total = 0.0
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
        history.append(total / len(inputs))
        if epoch > 5 and history[-1] > 0.999 * history[-3]:
            print("no more progress after", epoch, "epochs")
            break
    return history


def evaluate(model, inputs, targets):
    # Dropout must be off here, or the error of the test set is too large.
    model.eval()
    with torch.no_grad():
        predicted = model(inputs)
        error = (predicted - targets).abs().mean().item()
        spread = predicted.std().item()
    return {"error": error, "spread": spread}


if __name__ == "__main__":
    torch.manual_seed(0)
    inputs = torch.randn(1000, 8)
    targets = inputs[:, 0] * 2 + torch.sin(inputs[:, 1]) + 0.1 * torch.randn(1000)
    model = Regressor(8)
    history = train(model, inputs[:800], targets[:800])
    print("loss of the last epoch", round(history[-1], 4))
    print(evaluate(model, inputs[800:], targets[800:]))
'''

LIVE = '''\
import numpy as np
import pandas as pd


class TargetEncoder:
    """Replace each category by a smoothed mean of the target."""

    def __init__(self, column, weight=10.0):
        self.column = column
        self.weight = weight

    def fit(self, frame, target):
        values = frame[self.column].fillna("missing")
        self.prior = float(np.mean(target))
        grouped = pd.Series(target, index=frame.index).groupby(values)
        count, mean = grouped.count(), grouped.mean()
        share = count / (count + self.weight)
        self.means = share * mean + (1 - share) * self.prior
        return self

    def transform(self, frame):
        # Categories that were not in the training data get the prior.
        values = frame[self.column].fillna("missing")
        return values.map(self.means).fillna(self.prior).to_numpy()


train = pd.DataFrame({"city": ["Rome", "Oslo", None, "Rome"]})
encoder = TargetEncoder("city").fit(train, [1, 0, 0, 1])
print(encoder.transform(pd.DataFrame({"city": ["Rome", "Bern", None]})))
'''
