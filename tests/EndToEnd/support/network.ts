import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './chatServer';

/**
 * The line between a browser and the server. Cutting it ends every connection and takes no new one, as a lost network does; or somebody
 * answers in the server's place, as a proxy does while the server is away.
 */
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

  async answerInstead(status: number): Promise<void> {
    await this.cut();
    await this.listen(createHttpServer((_, answer) => answer.writeHead(status).end('Not here.')).on('connection', (browser) => this.keep(browser)));
  }

  async restore(): Promise<void> {
    await this.cut();
    await this.listen(createServer((browser) => {
      const upstream = connect(this.target, '127.0.0.1');
      for (const [one, other] of [[browser, upstream], [upstream, browser]] as const) {
        this.keep(one);
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
        one.pipe(other);
      }
    }));
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
  }

  private async listen(server: Server): Promise<void> {
    this.server = server;
    await new Promise<void>((listening, failed) => {
      server.once('error', failed);
      server.listen(this.port, '127.0.0.1', listening);
    });
  }
}
