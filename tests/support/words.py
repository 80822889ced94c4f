"""Words that no report, flag or page about typing may hold: they would say what somebody did."""

import re

VERDICTS = re.compile(
    r"cheat|fraud|impost|suspicio|guilt|honest|dishonest|proof|prove|certain|verified|authentic|genuine|fake|"
    r"match(?!ed)|pass(?!w)|fail",
    re.IGNORECASE,
)
