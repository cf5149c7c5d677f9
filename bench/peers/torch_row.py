"""Runs the script that measures PyTorch for one row, of any batch size: [--bf16] SCRIPT ARGUMENTS.

With --bf16 products are in bfloat16 (autocast on the CPU), entered anew in each forward pass, so that weights are
rounded once per step and not once for all; results are float32 again, and with them the loss.
"""
import argparse
import importlib.util
import sys

import torch


class Autocast(torch.nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            y = self.net(x)
        return y.float()


def script(path):
    spec = importlib.util.spec_from_file_location("torch_peers", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(arguments):
    rounds = arguments[0] == "--bf16"
    path, *rest = arguments[1:] if rounds else arguments
    row = argparse.ArgumentParser()
    row.add_argument("--net", required=True)
    row.add_argument("--mode", required=True)
    row.add_argument("--batch", type=int, required=True)
    asked = row.parse_known_args(rest)[0]
    peers = script(path)
    if asked.net not in peers.NETS:
        sys.exit(f"{path} has no network {asked.net}; it has {', '.join(peers.NETS)}")
    make, shape, _ = peers.NETS[asked.net]
    rounded = (lambda: Autocast(make())) if rounds else make
    peers.NETS[asked.net] = (rounded, shape, [(asked.mode, asked.batch)])
    sys.argv = [path, *rest]
    peers.main()


main(sys.argv[1:])
