# %% [markdown]
# # Who will leave?
# Result so far: an area under the curve of about 0.9. Ready to ship?

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
    return known.reset_index(drop=True)


def split(frame, seed):
    test = frame.sample(frac=0.25, random_state=seed)
    return frame.drop(test.index), test


# %%
def build_features(train, test):
    both = pd.concat([train, test])
    features = both[NUMBERS].fillna(both[NUMBERS].median())
    features = (features - features.mean()) / features.std()
    features["region_rate"] = both["region"].map(both.groupby("region")["left"].mean())
    return features.loc[train.index], features.loc[test.index]


# %%
def evaluate(raw, seed):
    train, test = split(clean(raw), seed)
    x_train, x_test = build_features(train, test)
    model = RandomForestClassifier(n_estimators=40, random_state=seed)
    model.fit(x_train, train["left"])
    return roc_auc_score(test["left"], model.predict(x_test))


# %%
scores = pd.DataFrame({"seed": range(3), "score": [evaluate(raw, seed) for seed in range(3)]})
scores
