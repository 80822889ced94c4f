# %% [markdown]
# # Heat pumps
# The network is given; the loop around it is yours. The brief says what each function must do.

# %%
import copy

import pandas as pd
import torch
from torch import nn

readings = pd.read_csv("data/readings.csv")
readings.describe()


# %%
def build_model(features):
    return nn.Sequential(nn.Linear(features, 32), nn.ReLU(), nn.Dropout(0.05), nn.Linear(32, 1))


# %%
def prepare(frame):
    numbers = frame.drop(columns="split")
    frame = frame[(numbers != -999).all(axis=1)]
    train = frame["split"] == "train"
    features = frame.drop(columns=["power_kw", "split"]).astype(float)
    mean, spread = features[train].mean(), features[train].std(ddof=0)
    scaled = (features - mean) / spread.replace(0, 1)

    def tensor(values):
        return torch.tensor(values.to_numpy(), dtype=torch.float32)

    target = frame["power_kw"]
    return tensor(scaled[train]), tensor(target[train]), tensor(scaled[~train]), tensor(target[~train])


# %%
def train_epoch(model, x, y, optimizer, batch_size):
    model.train()
    total = 0.0
    for rows in torch.randperm(len(x)).split(batch_size):
        loss = nn.functional.mse_loss(model(x[rows]).squeeze(1), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    return total / len(x)


def evaluate(model, x, y):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        loss = nn.functional.mse_loss(model(x).squeeze(1), y).item()
    model.train(was_training)
    return loss


# %%
def fit(model, data, epochs, patience, learning_rate, batch_size):
    x_train, y_train, x_valid, y_valid = data
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    history = {"train": [], "valid": [], "best_epoch": 0}
    best, best_weights = float("inf"), copy.deepcopy(model.state_dict())
    for epoch in range(epochs):
        history["train"].append(train_epoch(model, x_train, y_train, optimizer, batch_size))
        history["valid"].append(evaluate(model, x_valid, y_valid))
        if history["valid"][-1] < best:
            best, best_weights = history["valid"][-1], copy.deepcopy(model.state_dict())
            history["best_epoch"] = epoch
        elif epoch - history["best_epoch"] >= patience:
            break
    model.load_state_dict(best_weights)
    return history


# %%
torch.manual_seed(0)
data = prepare(readings)
model = build_model(data[0].shape[1])
history = fit(model, data, epochs=20, patience=5, learning_rate=0.01, batch_size=128)
pd.DataFrame({"train": history["train"], "valid": history["valid"]}).plot(logy=True)
