"""The comparison of a candidate's typing: what they typed, when it may be seen and by whom, and what it says."""
