import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './chatServer';

/** The line between a browser and the server. Cutting it ends every connection and takes no new one, as a lost network does. */
export class Network {
  private readonly sockets = new Set<Socket>();
  private server: Server | null = null;
  readonly port: number;
  private readonly target: number;

  private constructor(port: number, target: number) {
    this.port = port;
    this.target = target;
  }

  static async to(target: number): Promise<Network> {
    const network = new Network(await freePort(), target);
    await network.restore();
    return network;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async cut(): Promise<void> {
    const { server } = this;
    this.server = null;
    for (const socket of this.sockets) socket.destroy();
    if (server) await new Promise((closed) => server.close(closed));
  }

  async restore(): Promise<void> {
    if (this.server) return;
    const server = createServer((browser) => {
      const upstream = connect(this.target, '127.0.0.1');
      for (const [one, other] of [[browser, upstream], [upstream, browser]] as const) {
        this.sockets.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          this.sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
    this.server = server;
    await new Promise<void>((listening, failed) => {
      server.once('error', failed);
      server.listen(this.port, '127.0.0.1', listening);
    });
  }
}
