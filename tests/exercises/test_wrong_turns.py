"""The wrong turns that the guides list: each fails the hidden check that was written for it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from exercises.checks import checks_of
from exercises.execution import Execute
from exercises.exercise import Exercise
from exercises.judge import judge
from exercises.loader import load
from tests.exercises.sealed import SealedKernels

pytestmark = pytest.mark.asyncio(loop_scope="module")

Turn = tuple[str, str, str]  # what the solution says, what it says instead, the check that fails
DEEP = "copy.deepcopy(model.state_dict())\n            history"
ENCODER: list[Turn] = [
    (", dropna=False)", ")", "check_missing_is_a_category"),
    ("result = frame.copy()", "result = frame", "check_input_is_not_changed"),
    (
        "self.prior = ",
        "self.prior = frame.size and self.__dict__.get('prior') or ",
        "check_second_fit_forgets",
    ),
    (
        "target).groupby(frame[column].to_numpy()",
        "target).groupby(frame[column]",
        "check_matched_by_position",
    ),
    (".fillna(self.prior)", "", "check_missing_only_later"),
    (".fillna(self.prior)", ".fillna(0.5)", "check_drawn_frame"),
    ("return result", "return result if len(result) else None", "check_no_rows"),
    ("return result", "return result.reset_index(drop=True)", "check_matched_by_position"),
]
LOOP: list[Turn] = [
    (".squeeze(1)", "", "check_error_is_per_row"),
    ("        optimizer.zero_grad()\n", "", "check_steps_follow_the_gradient"),
    ("total / len(x)", "total / batch_size", "check_error_is_per_row"),
    ("    model.train()\n", "", "check_every_row_once_in_new_order"),
    ("torch.randperm(len(x))", "torch.arange(len(x))", "check_every_row_once_in_new_order"),
    ("torch.randperm(len(x))", "torch.randint(len(x), (len(x),))", "check_every_row_once_in_new_order"),
    ("    model.eval()\n", "", "check_evaluate_leaves_no_trace"),
    ("with torch.no_grad()", "if True", "check_evaluate_leaves_no_trace"),
    ("model.train(was_training)", "model.train()", "check_evaluate_leaves_no_trace"),
    (DEEP, DEEP.replace("copy.deepcopy", ""), "check_best_weights_come_back"),
    (">= patience", "> patience", "check_best_weights_come_back"),
    ("in range(epochs)", "in range(epochs - 1)", "check_runs_all_epochs_while_it_improves"),
    ("features[train].mean()", "features.mean()", "check_scaled_by_training_rows"),
    ("(numbers != -999).all(axis=1)", "numbers['power_kw'] != -999", "check_scaled_by_training_rows"),
    (".replace(0, 1)", "", "check_constant_feature"),
]
NOTEBOOK: list[Turn] = [
    (".drop_duplicates().reset_index", ".reset_index", "check_repeats_are_removed"),
    ('frame["customer"].isin(customers.', "frame.index.isin(frame.", "check_customers_are_kept_apart"),
    ("train[NUMBERS].median()", "test[NUMBERS].median()", "check_training_ignores_test"),
    ("features(test)", "features(test).rank()", "check_test_rows_stand_alone"),
    ("rate = train.", "rate = pd.concat([train, test]).", "check_labels_of_test_are_unused"),
    (".fillna(overall)", "", "check_new_regions"),
    ("predict_proba(x_test)[:, 1]", "predict(x_test)", "check_score_is_of_probabilities"),
    (
        "model.fit(x_train",
        'x_test["left"] = test["left"]\n    model.fit(x_train.assign(left=train["left"])',
        "check_chance_stays_chance",
    ),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(kernels: SealedKernels) -> AsyncIterator[tuple[Execute, Execute]]:
    """One pair serves all, since every judging defines all names anew."""
    async with kernels.lend({}) as judging, kernels.lend({}) as answering:
        yield judging, answering


@pytest.mark.parametrize(
    ("slug", "turns"),
    [("category-encoder", ENCODER), ("training-loop", LOOP), ("leaky-notebook", NOTEBOOK)],
)
async def test_each_wrong_turn_fails_its_check(
    slug: str, turns: list[Turn], pair: tuple[Execute, Execute]
) -> None:
    exercise = load(slug)
    assert {check.name for check in checks_of(exercise.hidden)} == {check for _, _, check in turns}
    for right, wrong, check in turns:
        assert right in exercise.solution
        mended = exercise.solution.replace(right, wrong)
        assert not await passes(only(exercise, check), mended, pair), f"{check} let {wrong!r} pass"


def only(exercise: Exercise, name: str) -> Exercise:
    """The exercise with one hidden check, to be quick."""
    source = exercise.hidden.replace("def check_", "def skipped_").replace(
        f"def skipped_{name[6:]}(", f"def {name}("
    )
    return replace(exercise, hidden=source)


async def passes(exercise: Exercise, submission: str, pair: tuple[Execute, Execute]) -> bool:
    judging, answering = pair
    verdict = await judge(
        exercise, submission, which="hidden", seed=5, judge_kernel=judging, candidate_kernel=answering
    )
    assert len(verdict.results) == 1
    return verdict.passed
