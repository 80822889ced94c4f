import asyncio

asyncio.get_event_loop().stop()
get_ipython().kernel.do_execute = None
get_ipython().kernel.shell_stream = None
