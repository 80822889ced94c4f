"""Customers' months: a weak signal, habits that give each customer away, and an export that repeats rows."""

import numpy as np
import pandas as pd

CUSTOMERS = 700
REGIONS = 60


def generate(seed: int) -> dict[str, bytes]:
    rng = np.random.default_rng(seed)
    calls, usage = rng.gamma(1.5, 1.2, CUSTOMERS), rng.gamma(3.0, 4.0, CUSTOMERS)
    fee = rng.choice([15, 25, 40], CUSTOMERS) + rng.normal(0, 2, CUSTOMERS)
    tenure = rng.gamma(2.0, 14.0, CUSTOMERS)
    score = -1.4 + 0.7 * calls - 0.03 * tenure
    left = rng.random(CUSTOMERS) < 1 / (1 + np.exp(-score))
    who = np.repeat(np.arange(CUSTOMERS), rng.integers(3, 9, CUSTOMERS))
    rows = len(who)
    month = pd.Series(who).groupby(who).cumcount().to_numpy()
    months = pd.DataFrame(
        {
            "customer": [f"k{number:04d}" for number in rng.permutation(9000)[:CUSTOMERS][who]],
            "month": month + 1,
            "region": [f"r{number:02d}" for number in rng.integers(0, REGIONS, CUSTOMERS)[who]],
            "calls": rng.poisson(calls[who]),
            "usage_gb": np.where(rng.random(rows) < 0.07, np.nan, usage[who] * rng.lognormal(0, 0.05, rows)),
            "fee": fee[who],
            "tenure": (tenure[who] + month).round(1),
            "left": left[who].astype(int),
        }
    ).round(2)
    repeated = months.sample(frac=0.1, random_state=int(rng.integers(2**31)))
    months = pd.concat([months, repeated]).sample(frac=1, random_state=int(rng.integers(2**31)))
    return {"months.csv": months.to_csv(index=False).encode()}
