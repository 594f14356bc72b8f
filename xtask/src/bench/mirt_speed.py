"""Measures the PyPI package mirt on the tables of `cargo xtask bench psychometrics`.

usage: mirt_speed.py small|large <folder>. Prints one JSON line a task; writes the items found.
"""

import json
import statistics
import sys
import time

import mirt
import numpy


def timed(task, rounds, work):
    wall, cpu = [], []
    for _ in range(rounds):
        start, start_cpu = time.perf_counter(), time.process_time()
        result = work()
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - start_cpu)
    times = {"wall": statistics.median(wall), "cpu": statistics.median(cpu)}
    print(json.dumps({"task": task, **times}), flush=True)
    return result


def main():
    size, folder = sys.argv[1], sys.argv[2]
    data = numpy.loadtxt(f"{folder}/{size}.csv", delimiter=",", skiprows=1, dtype=int)
    options = {"model": "GRM", "n_quadpts": 61, "tol": 1e-4, "compute_standard_errors": False}
    if size == "small":
        mirt.fit_mirt(data[:300], **options)
    fit = timed(f"grm_{size}", 3 if size == "small" else 1, lambda: mirt.fit_mirt(data, **options))
    slopes = numpy.asarray(fit.model.parameters["discrimination"]).ravel()
    thresholds = numpy.asarray(fit.model.parameters["thresholds"])
    with open(f"{folder}/mirt_{size}.csv", "w", encoding="ascii") as file:
        for slope, row in zip(slopes, thresholds):
            print(",".join(repr(float(value)) for value in [slope, *row]), file=file)
    print(json.dumps({"task": f"grm_{size}", "cycles": int(fit.n_iterations)}), flush=True)
    if size == "small":
        timed("eap", 5, lambda: mirt.fscores(fit, data, method="EAP"))
        timed("wle", 5, lambda: mirt.fscores(fit, data, method="WLE"))


main()
