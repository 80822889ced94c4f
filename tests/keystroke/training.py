"""Run where torch is: trains tiny nets and writes what the tests look at to FOLDER."""

import json
import sys
from pathlib import Path

import numpy as np

from keystroke.evaluation.metrics import auc
from keystroke.neural.encoder import load
from keystroke.neural.file import BadNet, read_net, write_net
from keystroke.neural.train import train
from tests.keystroke.people import invented_people


def main(folder: Path) -> None:
    people = invented_people(40, individuality=0.5)
    learned, unseen = people[:30], people[30:]
    for name, seed, steps in (("one", 1, 3), ("again", 1, 3), ("other", 2, 3)):
        train(learned, steps=steps, seed=seed).encoder.save(folder / f"{name}.npz")

    trained = train(learned, steps=40)
    trained.encoder.save(folder / "net.npz")
    encoder = load(folder / "net.npz")
    points = np.array([[encoder.embed(session) for session in person.sessions[:2]] for person in unseen])
    before = np.array([trained.encoder.embed(person.sessions[0]) for person in unseen])
    scores = points[:, 0] @ points[:, 1].T
    own = np.eye(len(unseen), dtype=bool)

    norms, centre, weights = read_net(folder / "net.npz")
    refusals = []
    for changed in (
        {name: values for name, values in weights.items() if name != "point.bias"},
        weights | {"point.bias": np.zeros(3, dtype=np.float32)},
    ):
        write_net(folder / "changed.npz", norms, centre, changed)
        refusals.append(refusal(folder / "changed.npz"))
    write_net(folder / "changed.npz", norms, centre[:-1], weights)
    refusals.append(refusal(folder / "changed.npz"))
    told = {
        "shape": points.shape,
        "lengths": np.linalg.norm(points, axis=2).round(5).ravel().tolist(),
        "kept": bool(np.array_equal(before, points[:, 0])),
        "steps": trained.steps,
        "auc": auc(same=scores[own], different=scores[~own]),
        "refusals": refusals,
    }
    (folder / "told.json").write_text(json.dumps(told))


def refusal(path: Path) -> str:
    try:
        load(path)
    except BadNet as error:
        return str(error)
    return ""


if __name__ == "__main__":
    main(Path(sys.argv[1]))
