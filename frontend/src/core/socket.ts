// One room's connection: text frames of `liveroom.1`, binary frames of y-protocols, and getting back when it breaks.

import { type FromClient, type FromServer, SUBPROTOCOL } from "../protocol.gen.ts";

/** The server looks every 4 s whether it has said anything since, so it is never silent for 8 s. */
const SILENCE_MS = 9_000;
/** What came while the tab was frozen is heard before the tab takes its own sleep for the server's silence. */
const THAW_MS = 500;
/** With the network back or somebody looking, a try that has had no answer for this long is given up for another. */
const OPENING_MS = 1_500;
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 10_000;
const TRIES_BEFORE_ASKING = 3;

export interface SocketHandlers {
  /** The socket is open: say hello. */
  opened(): void;
  text(message: FromServer): void;
  binary(frame: Uint8Array): void;
  /** The connection broke; the next try comes by itself. */
  lost(): void;
  /** The server ended the conversation with a 44xx code; nothing is tried again. */
  ended(code: number, reason: string): void;
  /** Several tries have failed and none has ever succeeded. */
  neverOpened(): void;
}

/** What a test may stand in for. */
export interface SocketWorld {
  open(url: string, protocol: string): WebSocket;
  random(): number;
}

const browserWorld: SocketWorld = {
  open: (url, protocol) => new WebSocket(url, protocol),
  random: Math.random,
};

/** The wait before the try after `failures` failed ones: it doubles, with jitter so that a room does not return as one. */
export function waitMs(failures: number, random: number): number {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
  return Math.round(longest * (0.5 + random / 2));
}

/** Codes 4400-4499 are the server's last word. */
export function isFinal(code: number): boolean {
  return code >= 4400 && code <= 4499;
}

export class RoomSocket {
  private socket: WebSocket | null = null;
  private failures = 0;
  private everOpened = false;
  /** By the wall clock, which goes on while the machine sleeps. */
  private heardMs = 0;
  private stopped = false;
  private retry: ReturnType<typeof setTimeout> | null = null;
  private watchdog: ReturnType<typeof setTimeout> | null = null;
  private readonly url: string;
  private readonly handlers: SocketHandlers;
  private readonly world: SocketWorld;

  constructor(url: string, handlers: SocketHandlers, world: SocketWorld = browserWorld) {
    this.url = url;
    this.handlers = handlers;
    this.world = world;
  }

  get isOpen(): boolean {
    return this.socket?.readyState === 1;
  }

  connect(): void {
    this.stopped = false;
    this.clearTimers();
    const socket = this.world.open(this.url, SUBPROTOCOL);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.watch(socket);
    socket.onopen = () => {
      if (socket !== this.socket) {
        return;
      }
      this.everOpened = true;
      this.watch(socket);
      this.handlers.opened();
    };
    socket.onmessage = (event: MessageEvent) => {
      if (socket !== this.socket) {
        return;
      }
      this.watch(socket);
      if (typeof event.data === "string") {
        this.handlers.text(JSON.parse(event.data) as FromServer);
      } else {
        this.handlers.binary(new Uint8Array(event.data as ArrayBuffer));
      }
    };
    socket.onclose = (event: CloseEvent) => {
      if (socket === this.socket) {
        this.closed(event.code, event.reason);
      }
    };
  }

  /** The server has welcomed us: the next loss starts with the shortest wait again. */
  settled(): void {
    this.failures = 0;
  }

  send(message: FromClient): void {
    if (this.isOpen) {
      this.socket?.send(JSON.stringify(message));
    }
  }

  sendBinary(frame: Uint8Array<ArrayBuffer>): void {
    if (this.isOpen) {
      this.socket?.send(frame);
    }
  }

  /** Leave this connection for a new one, as another page of the same person. */
  renew(): void {
    const socket = this.socket;
    this.connect();
    socket?.close(1000);
  }

  /** Try now: the network is back, or somebody looks at the page again. */
  hurry(): void {
    const { socket } = this;
    if (socket !== null) {
      // Longer than the watchdog waits: the machine slept, and the watchdog with it.
      const silentMs = Math.abs(Date.now() - this.heardMs); // a clock that was set back is reason to doubt as well
      if (silentMs < (this.isOpen ? SILENCE_MS : OPENING_MS)) {
        return;
      }
      this.abandon(socket, "doubt");
    }
    if (this.retry !== null) {
      this.failures = 0; // the next tries, too, come soon: a network that has just come back may need a moment
      this.connect();
    }
  }

  /** The browser says that there is no network: no need to wait until the silence is long enough. */
  drop(): void {
    if (this.socket !== null) {
      this.abandon(this.socket, "no network");
    }
  }

  stop(): void {
    this.stopped = true;
    const socket = this.socket;
    this.socket = null;
    this.clearTimers();
    socket?.close(1000);
  }

  private closed(code: number, reason: string): void {
    this.socket = null;
    this.clearTimers();
    if (this.stopped) {
      return;
    }
    if (isFinal(code)) {
      this.stopped = true;
      this.handlers.ended(code, reason);
      return;
    }
    this.retry = setTimeout(() => this.connect(), waitMs(this.failures, this.world.random()));
    this.failures += 1;
    this.handlers.lost();
    if (!this.everOpened && this.failures === TRIES_BEFORE_ASKING) {
      this.handlers.neverOpened();
    }
  }

  /** A socket on which nothing comes is dead even if nobody said so. */
  private watch(socket: WebSocket): void {
    this.heardMs = Date.now();
    if (this.watchdog !== null) {
      clearTimeout(this.watchdog);
    }
    this.watchdog = setTimeout(() => {
      this.watchdog = setTimeout(() => this.abandon(socket, "silence"), THAW_MS);
    }, SILENCE_MS);
  }

  /** `close` alone would wait for an answer that a dead peer never gives. */
  private abandon(socket: WebSocket, why: string): void {
    socket.close();
    this.closed(1006, why);
  }

  private clearTimers(): void {
    for (const timer of [this.retry, this.watchdog]) {
      if (timer !== null) {
        clearTimeout(timer);
      }
    }
    this.retry = null;
    this.watchdog = null;
  }
}
