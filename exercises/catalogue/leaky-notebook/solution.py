# %% [markdown]
# # Who will leave?
# An honest score: customers are kept apart, and everything is learned from the training rows.

# %%
import matplotlib.pyplot as plt
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score

NUMBERS = ["calls", "usage_gb", "fee", "tenure"]

raw = pd.read_csv("data/months.csv")
raw.head()

# %%
raw.groupby("left")["calls"].plot(kind="hist", bins=20, alpha=0.6, density=True, legend=True)
plt.xlabel("calls to support in a month")
plt.show()


# %%
def clean(raw):
    known = raw.dropna(subset=["customer", "region", "left"])
    return known.drop_duplicates().reset_index(drop=True)


def split(frame, seed):
    customers = frame["customer"].drop_duplicates()
    in_test = frame["customer"].isin(customers.sample(frac=0.25, random_state=seed))
    return frame[~in_test], frame[in_test]


# %%
def build_features(train, test):
    middle = train[NUMBERS].median()
    filled = train[NUMBERS].fillna(middle)
    mean, spread = filled.mean(), filled.std().replace(0, 1)
    overall = train["left"].mean()
    rate = train.groupby("region")["left"].mean()

    def features(frame):
        result = (frame[NUMBERS].fillna(middle) - mean) / spread
        result["region_rate"] = frame["region"].map(rate).astype(float).fillna(overall)
        return result

    return features(train), features(test)


# %%
def evaluate(raw, seed):
    train, test = split(clean(raw), seed)
    x_train, x_test = build_features(train, test)
    model = RandomForestClassifier(n_estimators=40, random_state=seed)
    model.fit(x_train, train["left"])
    return roc_auc_score(test["left"], model.predict_proba(x_test)[:, 1])


# %%
scores = pd.DataFrame({"seed": range(3), "score": [evaluate(raw, seed) for seed in range(3)]})
scores
