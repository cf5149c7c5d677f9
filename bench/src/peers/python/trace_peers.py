#!/usr/bin/env python3
"""Writes a network of the PyTorch script as TorchScript: trace_peers.py SCRIPT NET infer|train DIR."""
import os, sys

script, name, mode, folder = sys.argv[1:]
sys.path.insert(0, os.path.dirname(os.path.abspath(script)))
import torch
import torch_peers as peers

make, chw, _ = peers.NETS[name]
torch.manual_seed(0)
net = make().train(mode == "train")
traced = torch.jit.trace(net, torch.randn(2, *chw), check_trace=False)
traced.save(os.path.join(folder, f"{name}-{mode}.pt"))
