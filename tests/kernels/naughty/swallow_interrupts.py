import time

while True:
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        print("never")
