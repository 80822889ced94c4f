// How large a picture is drawn, known before the browser has decoded it, so that nothing below it moves. Pure.

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A frame this much larger than its figure was drawn for a screen with twice the pixels. */
const RETINA_FROM = 1.5;

/** What a picture's first bytes say of its size, in its own pixels; null where they say nothing. */
export function pictureSize(bytes: Uint8Array, mime: string): Size | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    switch (mime) {
      case "image/png":
        return { width: view.getUint32(16), height: view.getUint32(20) };
      case "image/gif":
        return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
      case "image/jpeg":
        return jpegSize(view);
      default:
        return null;
    }
  } catch (error) {
    if (error instanceof RangeError) {
      return null; // it is cut off, or no picture at all
    }
    throw error;
  }
}

/** The size that a text representation names: `<Figure size 640x480 with 1 Axes>`, `<PIL.… size=640x480>`. */
export function namedSize(text: string): Size | null {
  const [, width, height] = /\bsize[ =](\d{1,5})x(\d{1,5})\b/.exec(text) ?? [];
  return width === undefined ? null : { width: Number(width), height: Number(height) };
}

/**
 * The size in the page's pixels. Outputs carry no metadata, but matplotlib names the figure's size beside the picture:
 * a "retina" one has twice its pixels.
 */
export function shownSize(picture: Size, named: Size | null): Size {
  const scale = named !== null && picture.width >= named.width * RETINA_FROM ? 2 : 1;
  return { width: Math.round(picture.width / scale), height: Math.round(picture.height / scale) };
}

/** The frame header stands behind any number of segments, each of which tells its length. */
function jpegSize(view: DataView): Size | null {
  let at = 2;
  while (view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}
