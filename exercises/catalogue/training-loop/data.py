"""Heat-pump readings: a smooth but not linear law, a setting that never changes, and sensors that report -999."""

import numpy as np
import pandas as pd

ROWS = 2000


def generate(seed: int) -> dict[str, bytes]:
    rng = np.random.default_rng(seed)
    readings = pd.DataFrame(
        {
            "outdoor_c": rng.normal(4, 8, ROWS),
            "indoor_c": rng.normal(20.5, 1.2, ROWS),
            "humidity": rng.uniform(25, 95, ROWS),
            "wind_ms": rng.gamma(2.0, 2.2, ROWS),
            "setting": np.full(ROWS, 3.0),
        }
    )
    lift = np.maximum(readings["indoor_c"] - readings["outdoor_c"], 0)
    defrost = 0.6 * ((readings["outdoor_c"].abs() < 4) & (readings["humidity"] > 70))
    power = 0.4 + 0.11 * lift + 0.012 * lift * readings["wind_ms"] + defrost
    readings["power_kw"] = power + rng.normal(0, 0.15, ROWS)
    readings = readings.round(3)
    for column in ("outdoor_c", "humidity", "wind_ms", "power_kw"):
        readings.loc[rng.random(ROWS) < 0.02, column] = -999.0
    readings["split"] = np.where(rng.random(ROWS) < 0.75, "train", "valid")
    return {"readings.csv": readings.to_csv(index=False).encode()}
