"""The byte format of y-protocols (lib0): variable-length integers, buffers and strings, read with bounds."""


class Truncated(ValueError):
    """The bytes end before what they announce, or an integer is too long."""


class Reader:
    """Reads lib0 values from the front of `data`; every read checks that it is there."""

    __slots__ = ("_data", "_end", "at")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._end = len(data)
        self.at = 0

    def byte(self) -> int:
        if self.at >= self._end:
            raise Truncated("The frame ends too early.")
        value = self._data[self.at]
        self.at += 1
        return value

    def uint(self) -> int:
        """A variable-length unsigned integer below 2**53, which is what JavaScript can hold."""
        at = self.at
        if at < self._end and (small := self._data[at]) < 0x80:
            self.at = at + 1
            return small
        return self._long_uint()

    def _long_uint(self) -> int:
        data, at, end = self._data, self.at, self._end
        value = shift = 0
        while at < end:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                if value > 2**53 - 1:
                    break
                self.at = at
                return value
            shift += 7
            if shift > 49:
                # Seven bits more would pass 2**56, and no honest peer writes that.
                if at < end and data[at] < 0x10:
                    value |= data[at] << shift
                    self.at = at + 1
                    if value <= 2**53 - 1:
                        return value
                break
        raise Truncated("The frame holds an integer that is cut off or too large.")

    def buffer(self) -> bytes:
        length = self.uint()
        start = self.at
        if length > self._end - start:
            raise Truncated("The frame is shorter than it says.")
        self.at = start + length
        return self._data[start : self.at]

    def string(self) -> str:
        try:
            return self.buffer().decode()
        except UnicodeDecodeError as error:
            raise Truncated("The frame holds text that is not UTF-8.") from error

    @property
    def done(self) -> bool:
        return self.at == self._end


def uint(value: int) -> bytes:
    """Write a variable-length unsigned integer."""
    if value < 0x80:
        return bytes((value,))
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def buffer(content: bytes) -> bytes:
    """Write bytes behind their length."""
    return uint(len(content)) + content
