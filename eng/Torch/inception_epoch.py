"""Processor seconds of one epoch of one InceptionTime network in PyTorch, for docs/networks.md: the same shape, data size, batches and optimiser as
`series-networks --networks 1 --batch 16 GunPoint`. usage: OMP_NUM_THREADS=1 python3 inception_epoch.py [EPOCHS]"""
import sys
import time

import torch
from torch import nn


class Module(nn.Module):
    def __init__(self, channels, filters=32, bottleneck=32):
        super().__init__()
        narrow = bottleneck if channels > 1 else channels
        self.bottleneck = nn.Conv1d(channels, bottleneck, 1, bias=False) if channels > 1 else nn.Identity()
        self.convolutions = nn.ModuleList(nn.Conv1d(narrow, filters, k, padding=k // 2, bias=False) for k in (40, 20, 10))
        self.pooled = nn.Sequential(nn.MaxPool1d(3, 1, 1), nn.Conv1d(channels, filters, 1, bias=False))
        self.norm = nn.BatchNorm1d(4 * filters)

    def forward(self, x):
        narrow = self.bottleneck(x)
        return torch.relu(self.norm(torch.cat([c(narrow)[..., 1:] for c in self.convolutions] + [self.pooled(x)], 1)))


class Network(nn.Module):
    def __init__(self, channels=1, classes=2, width=128):
        super().__init__()
        self.parts = nn.ModuleList(Module(channels if i == 0 else width) for i in range(6))
        self.shortcuts = nn.ModuleList(nn.Sequential(nn.Conv1d(c, width, 1, bias=False), nn.BatchNorm1d(width)) for c in (channels, width))
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        source = x
        for i, part in enumerate(self.parts):
            x = part(x)
            if i % 3 == 2:
                x = source = torch.relu(x + self.shortcuts[i // 3](source))
        return self.head(x.mean(2))


epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
torch.manual_seed(1)
series, labels = torch.randn(50, 1, 150), torch.arange(50) % 2
network = Network()
optimizer = torch.optim.Adam(network.parameters(), 1e-3, eps=1e-7)
print(sum(p.numel() for p in network.parameters()), "weights")
for epoch in range(epochs + 1):
    if epoch == 1:
        start = time.process_time()     # the first epoch warms up
    order = torch.randperm(50)
    for batch in order.split(16):
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(series[batch]), labels[batch]).backward()
        optimizer.step()
print(f"{(time.process_time() - start) / epochs:.3f} processor seconds an epoch")
