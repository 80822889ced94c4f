"""The codes with which the server closes a room's sockets. Clients do not come back after 44xx, and do after others."""

BAD_FRAME = 4400
BAD_TOKEN = 4401
NOT_ALLOWED = 4403
GONE = 4404
OTHER_HISTORY = 4409
ENDED = 4410
TOO_LARGE = 4413
DAMAGED = 1011
RESTARTED = 1012
TRY_AGAIN = 1013
