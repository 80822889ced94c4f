# One part beyond what the host takes: it hangs up, and must find out by itself that the run is over.
get_ipython().kernel.iopub_socket.send_multipart([b"topic", bytes(50_000_000)])
