# %% [markdown]
# # Late orders
# The brief says what the encoder must do. Run a cell with Shift+Enter.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

orders = pd.read_csv("data/orders.csv")
orders.head()

# %%
by_vehicle = orders.groupby("vehicle", dropna=False)["late"].mean()
plt.figure(figsize=(5, 3))
plt.bar(np.where(by_vehicle.index.isna(), "missing", by_vehicle.index), by_vehicle)
plt.ylabel("share of late orders")
plt.show()


# %%
class CategoryEncoder:
    """Replaces categories by smoothed means of the target, as the brief says."""

    def __init__(self, columns, smoothing=10.0):
        self.columns = columns
        self.smoothing = smoothing

    def fit(self, frame, target):
        target = np.asarray(target, dtype=float)
        self.prior = target.mean()
        self.means = {}
        for column in self.columns:
            groups = pd.Series(target).groupby(frame[column].to_numpy(), dropna=False)
            late = groups.sum() + self.smoothing * self.prior
            self.means[column] = late / (groups.count() + self.smoothing)
        return self

    def transform(self, frame):
        result = frame.copy()
        for column in self.columns:
            known = frame[column].astype(object).map(self.means[column])
            result[column] = known.astype(float).fillna(self.prior)
        return result


# %%
encoder = CategoryEncoder(["city", "courier", "vehicle"])
encoder.fit(orders, orders["late"]).transform(orders).head()
