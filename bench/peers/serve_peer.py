"""Serves a network of ONNX with FastAPI, uvicorn and ONNX Runtime: the other side of `fovea bench --task serve`.

Arguments: the file, the number of threads. It prints {"port": N} once it is warm. POST /infer
takes the values of one sample as 32-bit floats and gives those of the output. One process; the network is called in the event
loop, which is faster for small networks than a pool of threads, and as fast for large ones, where ONNX Runtime's own threads
compute.
"""

import json
import socket
import sys


def main():
    path, threads = sys.argv[1], int(sys.argv[2])
    try:
        import numpy
        import onnxruntime
        import uvicorn
        from fastapi import FastAPI, Request, Response
    except ImportError as e:
        print(json.dumps({"missing": str(e)}), flush=True)
        return
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    shape = [1] + [int(d) for d in session.get_inputs()[0].shape[1:]]
    app = FastAPI()

    @app.post("/infer")
    async def infer(request: Request):
        values = numpy.frombuffer(await request.body(), dtype=numpy.float32).reshape(shape)
        output = session.run(None, {name: values})[0]
        return Response(output.tobytes(), media_type="application/octet-stream")

    for _ in range(10):
        session.run(None, {name: numpy.zeros(shape, numpy.float32)})
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    # asyncio sets this only on sockets that it has made itself; without it an answer may wait 40 ms for an acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    print(json.dumps({"port": listener.getsockname()[1]}), flush=True)
    config = uvicorn.Config(app, log_level="error", access_log=False)
    uvicorn.Server(config).run(sockets=[listener])


main()
