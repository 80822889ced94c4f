"""Which physical key writes a character on the US layout, and which one an old numeric `keyCode` means there."""

_UNSHIFTED = "`1234567890-=[]\\;',./"
_SHIFTED = '~!@#$%^&*()_+{}|:"<>?'
_CODES = (
    "Backquote",
    *(f"Digit{digit}" for digit in "1234567890"),
    *("Minus", "Equal", "BracketLeft", "BracketRight", "Backslash"),
    *("Semicolon", "Quote", "Comma", "Period", "Slash"),
)

CODES: dict[str, str] = {
    **dict(zip(_UNSHIFTED, _CODES, strict=True)),
    **dict(zip(_SHIFTED, _CODES, strict=True)),
    **{letter.lower(): f"Key{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    **{letter: f"Key{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    " ": "Space",
    "\n": "Enter",
    "\r": "Enter",
    "\t": "Tab",
    "\b": "Backspace",
}
"""By character, shifted or not."""

SHIFTED = frozenset(_SHIFTED + "ABCDEFGHIJKLMNOPQRSTUVWXYZ")

KEYCODES: dict[int, str] = {
    **{ord(letter): f"Key{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    **{ord(digit): f"Digit{digit}" for digit in "0123456789"},
    **{96 + digit: f"Numpad{digit}" for digit in range(10)},
    **{111 + number: f"F{number}" for number in range(1, 25)},
    8: "Backspace",
    9: "Tab",
    13: "Enter",
    19: "Pause",
    20: "CapsLock",
    27: "Escape",
    32: "Space",
    # A keyCode does not tell left from right: the left one stands for both.
    16: "ShiftLeft",
    17: "ControlLeft",
    18: "AltLeft",
    91: "MetaLeft",
    92: "MetaRight",
    224: "MetaLeft",
    33: "PageUp",
    34: "PageDown",
    35: "End",
    36: "Home",
    45: "Insert",
    46: "Delete",
    93: "ContextMenu",
    37: "ArrowLeft",
    38: "ArrowUp",
    39: "ArrowRight",
    40: "ArrowDown",
    144: "NumLock",
    145: "ScrollLock",
    106: "NumpadMultiply",
    107: "NumpadAdd",
    109: "NumpadSubtract",
    110: "NumpadDecimal",
    111: "NumpadDivide",
    225: "AltRight",
    226: "IntlBackslash",
    186: "Semicolon",
    187: "Equal",
    188: "Comma",
    189: "Minus",
    190: "Period",
    191: "Slash",
    59: "Semicolon",
    61: "Equal",
    173: "Minus",  # as Firefox numbers them
    192: "Backquote",
    219: "BracketLeft",
    220: "Backslash",
    221: "BracketRight",
    222: "Quote",
}
"""By `KeyboardEvent.keyCode`. What is not in it (229 is an input method) has no place on the keyboard."""
