"""What a real editor does to a text is counted as what its writer did."""

import pytest

from keystroke.process.trace import Edit, trace
from liveroom.process import happenings_of, process_metrics
from tests.e2e.test_capture import PASTE, candidate_in, events_of, saved
from tests.support.browser import People
from tests.support.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]


async def test_brackets_indentation_undo_and_pastes_are_what_they_are(server: Server, people: People) -> None:
    """A key is one typed character, whatever the editor adds; of two pastes one was copied here."""
    made = await server.make_room(candidate="Ben")
    ben = await people.come()
    await ben.agree(made["links"]["candidate"], "Replay", "Process metrics")
    await ben.is_in_the_room()
    keyboard = ben.page.keyboard
    await ben.caret_at_end_of("# %%")
    await keyboard.press("ArrowDown")
    await keyboard.type("a")
    await ben.page.wait_for_function(
        "performance.getEntriesByType('resource').some((e) => /assist/.test(e.name))"
    )
    await keyboard.type(" = f(x)")  # closes the bracket, and finds it closed
    await keyboard.press("Enter")
    await keyboard.type("if a:")
    await keyboard.press("Enter")  # indents by four
    await keyboard.type("b")
    await ben.until_text("# %%\na = f(x)\nif a:\n    b")
    await keyboard.press("Enter")
    await keyboard.type("else:")  # takes four blanks back
    await ben.until_text("# %%\na = f(x)\nif a:\n    b\nelse:")
    await keyboard.press("Backspace")
    await keyboard.press("Control+z")  # how much of the typing goes with it depends on how fast it was
    await keyboard.press("Control+y")
    await ben.until_text("# %%\na = f(x)\nif a:\n    b\nelse")
    await keyboard.press("Control+End")
    await keyboard.type(":")
    await ben.editor.evaluate(PASTE, "\n# from outside")
    await ben.until_text("# %%\na = f(x)\nif a:\n    b\nelse:\n# from outside")
    await keyboard.press("Shift+Home")
    await keyboard.press("Control+c")
    await keyboard.press("Control+End")
    await ben.editor.evaluate(PASTE, "# from outside")
    await ben.until_text("# %%\na = f(x)\nif a:\n    b\nelse:\n# from outside# from outside")
    await saved(ben)

    events = events_of(server, made)
    candidate = candidate_in(events)
    edits = [each for each in happenings_of(events, candidate)[0] if isinstance(each, Edit)]
    found = trace(edits)
    typed = len("a = f(x" + "\n" + "if a:" + "\n" + "b" + "\n" + "else:")
    assert dict(+found.put_in) == {"typed": typed + 1, "automatic": 1 + 4 + 4, "pasted": 15, "moved": 14}
    assert dict(+found.left) == {"typed": typed, "automatic": 1 + 4, "pasted": 15, "moved": 14}
    assert found.revisions == 1  # Backspace, and undo and redo right after it
    assert found.typed_at_frontier == typed + 1
    assert [stretch.chars for stretch in found.stretches] == [typed, 1]
    metrics = {metric.name: metric.value for metric in process_metrics(events, candidate)}
    assert metrics["Largest paste from outside"] == "15 characters"
