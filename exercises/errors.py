"""What can go wrong with an exercise, each as a sentence for a person."""


class ExerciseError(Exception):
    """Something is wrong with an exercise or its judging; the message says what and what to do."""


class UnknownExercise(ExerciseError):
    """No exercise has that name."""


class BadExercise(ExerciseError):
    """An exercise's folder is incomplete or wrong; the message names the file."""


class JudgeFailed(ExerciseError):
    """The judge itself could not work; nothing is known about the submission."""
