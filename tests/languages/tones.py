#!/usr/bin/env python3
"""Prints the tones in a sound file: those of the frequencies given that are loud in its second half.

    tests/languages/tones.py FILE.wav FREQUENCY...
"""

import cmath
import math
import sys
import wave


def strength(samples, rate, frequency):
    """The amplitude of one frequency (Goertzel), full scale being 1."""
    coefficient = 2 * math.cos(2 * math.pi * frequency / rate)
    before, now = 0.0, 0.0
    for sample in samples:
        before, now = now, sample + coefficient * now - before
    last = now - cmath.exp(-2j * math.pi * frequency / rate) * before
    return 2 * abs(last) / len(samples) / 32768


def main():
    with wave.open(sys.argv[1]) as file:
        assert file.getsampwidth() == 2, "16 bits a sample"
        count, channels, rate = file.getnframes(), file.getnchannels(), file.getframerate()
        # What was chosen before it began to play is heard a moment later.
        file.setpos(count // 2)
        data = memoryview(file.readframes(rate // 2)).cast("h")
    first = [data[at] for at in range(0, len(data), channels)]
    assert len(first) == rate // 2, f"a second of sound at least, not {count} samples"
    print(*(frequency for frequency in sys.argv[2:] if strength(first, rate, float(frequency)) > 0.05))


main()
