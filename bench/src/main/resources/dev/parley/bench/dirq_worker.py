"""One end of a dirq.QueueSimple, obeying the lines of the benchmark: dirq_worker.py ROLE DIRECTORY SIZE INDEX"""

import random
import struct
import sys
import time
import zlib

from dirq.QueueSimple import QueueSimple

LOOK_UP_SECONDS = 0.02
LOOK_AGAIN_SECONDS = 0.001


def orders():
    for line in iter(sys.stdin.readline, ""):
        words = line.split()
        numbers = dict(word.split("=") for word in words[1:])
        yield words[0], {name: int(number) for name, number in numbers.items()}


def answer(word, **numbers):
    print(word, *("%s=%d" % pair for pair in numbers.items()), flush=True)


def send(queue, size, index):
    head = struct.Struct(">qqi")
    filler = bytes(random.Random(index).randrange(256) for _ in range(size - head.size - 4))
    for _, order in orders():
        rate = order["rate"]
        total = 0
        cpu = time.process_time_ns()
        start = time.monotonic_ns()
        for i in range(order["count"]):
            due = 0
            if rate:
                due = start + i * 1000000000 // rate
                await_instant(due)
            body = head.pack(order["from"] + i, due, index) + filler
            checksum = zlib.crc32(body)
            total += checksum
            queue.add(body + struct.pack(">I", checksum))
        end = time.monotonic_ns()
        answer("sent", start=start, end=end, cpu=time.process_time_ns() - cpu, sum=total)


def await_instant(due):
    while True:
        left = due - time.monotonic_ns()
        if left <= 0:
            return
        if left > 300000:
            time.sleep((left - 200000) / 1e9)


def receive(queue):
    commands = orders()
    for _ in commands:
        count = total = last = 0
        latencies = []
        cpu = time.process_time_ns()
        idle_since = time.monotonic()
        while True:
            any_came = False
            for name in queue:
                if not queue.lock(name):
                    continue
                message = queue.get(name)
                queue.remove(name)
                (checksum,) = struct.unpack(">I", message[-4:])
                if zlib.crc32(message[:-4]) != checksum:
                    sys.exit("dirq_worker: a message came damaged")
                last = time.monotonic_ns()
                (due,) = struct.unpack(">q", message[8:16])
                if due:
                    latencies.append(last - due)
                count += 1
                total += checksum
                any_came = True
            now = time.monotonic()
            if any_came:
                idle_since = now
            elif now - idle_since < LOOK_UP_SECONDS:
                time.sleep(LOOK_AGAIN_SECONDS)
            else:
                answer("idle", count=count)
                if next(commands, ("stop", {}))[0] == "stop":
                    break
                idle_since = time.monotonic()
        latencies.sort()
        answer(
            "received",
            count=count,
            sum=total,
            disorder=0,
            last=last,
            p50=at(latencies, 0.5),
            p99=at(latencies, 0.99),
            max=at(latencies, 1),
            cpu=time.process_time_ns() - cpu,
        )


def at(latencies, part):
    return latencies[min(len(latencies) - 1, int(len(latencies) * part))] if latencies else 0


def main():
    role, directory, size, index = sys.argv[1:]
    queue = QueueSimple(directory)
    answer("ready")
    if role == "send":
        send(queue, int(size), int(index))
    else:
        receive(queue)


main()
