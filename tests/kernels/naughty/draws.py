# Numbers that two rooms would have in common if a fork handed on the state of what draws them.
import os
import random
import tempfile
import uuid

import numpy
import torch

print(random.random())
print(numpy.random.rand())
print(numpy.random.default_rng().random())
print(torch.rand(1).item())
print(uuid.uuid4())
print(os.path.basename(tempfile.mktemp()))
