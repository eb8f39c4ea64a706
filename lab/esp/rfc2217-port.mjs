// A port of the Web Serial API over RFC 2217, as far as esptool-js uses it.
import net from "node:net";

const IAC = 255, WILL = 251, DO = 253, SB = 250, SE = 240, COM_PORT = 44;

export class Rfc2217Port {
  constructor(host, port) {
    Object.assign(this, { host, port, state: "plain" });
  }

  getInfo() {
    return {};
  }

  async open({ baudRate }) {
    this.socket = net.connect(this.port, this.host);
    this.socket.setNoDelay(true);
    await new Promise((done, failed) => this.socket.once("connect", done).once("error", failed));
    this.readable = new ReadableStream({
      start: (stream) => {
        this.socket.on("data", (bytes) => {
          const plain = this.#unpack(bytes);
          if (plain.length > 0) stream.enqueue(plain);
        });
        this.socket.on("close", () => {
          try { stream.close(); } catch { /* it was cancelled */ }
        });
      },
    });
    this.writable = new WritableStream({ write: (bytes) => this.#send(pack(bytes)) });
    await this.#send([IAC, WILL, COM_PORT, IAC, DO, COM_PORT, IAC, WILL, 0, IAC, DO, 0]);
    await this.setBaudRate(baudRate);
  }

  async close() {
    this.readable = this.writable = null;
    this.socket.destroy();
  }

  async setBaudRate(baud) {
    await this.#option(1, [baud >>> 24, (baud >>> 16) & 255, (baud >>> 8) & 255, baud & 255]);
  }

  async setSignals({ dataTerminalReady, requestToSend }) {
    if (dataTerminalReady !== undefined) await this.#option(5, [dataTerminalReady ? 8 : 9]);
    if (requestToSend !== undefined) await this.#option(5, [requestToSend ? 11 : 12]);
  }

  #option(command, value) {
    return this.#send([IAC, SB, COM_PORT, command, ...pack(value), IAC, SE]);
  }

  #send(bytes) {
    return new Promise((done, failed) => this.socket.write(Uint8Array.from(bytes), (error) => (error ? failed(error) : done())));
  }

  #unpack(bytes) {
    const plain = [];
    for (const value of bytes) {
      switch (this.state) {
        case "plain":
          if (value === IAC) this.state = "command";
          else plain.push(value);
          break;
        case "command":
          if (value === IAC) plain.push(value);
          this.state = value === SB ? "sub" : value >= WILL && value < IAC ? "option" : "plain";
          break;
        case "sub":
          if (value === IAC) this.state = "subCommand";
          break;
        case "subCommand":
          this.state = value === SE ? "plain" : "sub";
          break;
        default:
          this.state = "plain";
      }
    }
    return Uint8Array.from(plain);
  }
}

function pack(bytes) {
  return Array.from(bytes).flatMap((value) => (value === IAC ? [IAC, IAC] : [value]));
}
