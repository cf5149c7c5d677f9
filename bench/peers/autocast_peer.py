"""Runs another script of PyTorch with products in bfloat16 (autocast on the CPU): its path, then its arguments."""
import runpy
import sys

import torch

sys.argv = sys.argv[1:]
with torch.autocast("cpu", dtype=torch.bfloat16):
    runpy.run_path(sys.argv[0], run_name="__main__")
