import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { isFinal, RoomSocket, type SocketHandlers, waitMs } from "./socket.ts";

class FakeSocket {
  readyState = 0;
  binaryType = "";
  readonly sent: unknown[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  send(data: unknown): void {
    this.sent.push(data);
  }
  close(): void {
    this.readyState = 3;
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  die(code = 1006, reason = ""): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
}

function start() {
  const sockets: FakeSocket[] = [];
  const told: string[] = [];
  const handlers: SocketHandlers = {
    opened: () => told.push("opened"),
    text: (message) => told.push(message.type),
    binary: (frame) => told.push(`binary ${frame.length}`),
    lost: () => told.push("lost"),
    ended: (code) => told.push(`ended ${code}`),
    neverOpened: () => told.push("never opened"),
  };
  const open = (): WebSocket => {
    const socket = new FakeSocket();
    sockets.push(socket);
    return socket as unknown as WebSocket;
  };
  const socket = new RoomSocket("ws://x", handlers, { open, random: () => 1 });
  socket.connect();
  const last = () => sockets.at(-1) as FakeSocket;
  return { socket, sockets, told, last };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("waits twice as long after each failure, up to ten seconds, and never all pages alike", () => {
  expect([0, 1, 2, 3, 9].map((failures) => waitMs(failures, 1))).toEqual([400, 800, 1600, 3200, 10_000]);
  expect(waitMs(0, 0)).toBe(200);
});

it("knows the server's last word from a broken connection", () => {
  expect([4400, 4401, 4410, 4499, 1006, 1013, 4500].map(isFinal)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

it("hands on text and binary frames", () => {
  const { told, last } = start();
  last().open();
  last().onmessage?.({ data: '{"type":"saved","page":"x","n":1}' });
  last().onmessage?.({ data: new Uint8Array([1, 2]).buffer });
  expect(told).toEqual(["opened", "saved", "binary 2"]);
});

it("comes back by itself after a loss", () => {
  const { told, sockets, last } = start();
  last().open();
  last().die();
  expect(told).toEqual(["opened", "lost"]);
  vi.advanceTimersByTime(400);
  expect(sockets).toHaveLength(2);
});

it("comes back at once when the network does", () => {
  const { socket, sockets, last } = start();
  last().die();
  socket.hurry();
  socket.hurry();
  expect(sockets).toHaveLength(2);
});

it("does not come back from a final code", () => {
  const { told, sockets, last } = start();
  last().open();
  last().die(4401, "revoked");
  vi.advanceTimersByTime(60_000);
  expect([told.at(-1), sockets.length]).toEqual(["ended 4401", 1]);
});

it("takes nine seconds of silence for a dead connection, and notices within ten", () => {
  const { told, sockets, last } = start();
  last().open();
  vi.advanceTimersByTime(8_000);
  last().onmessage?.({ data: new Uint8Array([1, 1, 0]).buffer });
  vi.advanceTimersByTime(9_000);
  expect(told).not.toContain("lost");
  vi.advanceTimersByTime(999);
  expect([told.at(-1), sockets.length]).toEqual(["lost", 2]);
});

it("does not take its own sleep for the server's silence", () => {
  const { told, last } = start();
  last().open();
  vi.advanceTimersByTime(9_000); // the timer of a thawed tab comes first, then what the server said meanwhile
  last().onmessage?.({ data: new Uint8Array([1, 1, 0]).buffer });
  vi.advanceTimersByTime(8_000);
  expect(told).not.toContain("lost");
});

it("does not wait for a connection that the machine has slept through when somebody looks at the page", () => {
  const { socket, sockets, told, last } = start();
  last().open();
  vi.advanceTimersByTime(8_999);
  socket.hurry();
  expect(sockets).toHaveLength(1);
  vi.setSystemTime(Date.now() + 3_600_000); // the machine slept, and its timers with it
  socket.hurry();
  expect([told, sockets.length]).toEqual([["opened", "lost"], 2]);
});

it("opens anew when the network comes back during a try that has no answer", () => {
  const { socket, sockets } = start();
  vi.advanceTimersByTime(1_000);
  socket.hurry();
  expect(sockets).toHaveLength(1);
  vi.advanceTimersByTime(500);
  socket.hurry();
  expect(sockets).toHaveLength(2);
});

it("tries soon again when the network that came back was not quite there yet", () => {
  const { socket, sockets, last } = start();
  for (let tries = 0; tries < 6; tries++) {
    last().die();
    vi.advanceTimersByTime(10_000);
  }
  last().die();
  socket.hurry();
  const before = sockets.length;
  last().die();
  vi.advanceTimersByTime(400);
  expect(sockets.length).toBe(before + 1);
});

it("leaves a connection for a new one and listens to that alone", () => {
  const { socket, sockets, told, last } = start();
  last().open();
  socket.renew();
  sockets[0]?.die(1000);
  last().open();
  expect([told, sockets.length]).toEqual([["opened", "opened"], 2]);
});

it("says when three tries have failed and none ever opened", () => {
  const { told, last } = start();
  for (let tries = 0; tries < 4; tries++) {
    last().die();
    vi.advanceTimersByTime(10_000);
  }
  expect(told.filter((word) => word === "never opened")).toHaveLength(1);
});

it("listens to the newest connection only", () => {
  const { socket, sockets, told, last } = start();
  last().die();
  socket.hurry();
  last().open();
  sockets[0]?.onmessage?.({ data: '{"type":"saved","page":"x","n":1}' });
  sockets[0]?.die();
  expect([told, sockets.length]).toEqual([["lost", "opened"], 2]);
});

it("is quiet once it was stopped", () => {
  const { socket, sockets, told, last } = start();
  last().open();
  socket.stop();
  sockets[0]?.die();
  vi.advanceTimersByTime(60_000);
  expect([told, sockets.length]).toEqual([["opened"], 1]);
});
