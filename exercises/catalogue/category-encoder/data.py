"""Orders of a courier firm: skewed couriers, missing vehicles, and a share of late orders that depends on both."""

import numpy as np
import pandas as pd

CITIES = ["Aveling", "Borrow", "Carrick", "Dunmore"]
VEHICLES = np.array(["bike", "car", "scooter", None], dtype=object)
ROWS = 4000


def generate(seed: int) -> dict[str, bytes]:
    rng = np.random.default_rng(seed)
    couriers = np.array([f"c{number:03d}" for number in rng.permutation(600)])
    busy = 1 / np.arange(1, len(couriers) + 1)
    courier = rng.choice(len(couriers), size=ROWS, p=busy / busy.sum())
    city = rng.choice(len(CITIES), size=ROWS, p=[0.5, 0.25, 0.15, 0.1])
    vehicle = rng.choice(len(VEHICLES), size=ROWS, p=[0.45, 0.25, 0.2, 0.1])
    distance = rng.gamma(2.0, 1.6, size=ROWS)
    habit = rng.normal(0, 0.9, size=len(couriers))
    score = -2.2 + 0.25 * distance + habit[courier] + 0.3 * city + np.array([0, -0.3, 0.2, 0.9])[vehicle]
    orders = pd.DataFrame(
        {
            "city": np.array(CITIES)[city],
            "courier": couriers[courier],
            "vehicle": VEHICLES[vehicle],
            "distance_km": distance.round(2),
            "late": (rng.random(ROWS) < 1 / (1 + np.exp(-score))).astype(int),
        }
    )
    return {"orders.csv": orders.to_csv(index=False).encode()}
