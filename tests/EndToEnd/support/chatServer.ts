import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { until } from './until';

function serverDll(): string {
  if (process.env.CHAT_SERVER_DLL) return resolve(process.env.CHAT_SERVER_DLL);
  const bin = resolve(import.meta.dirname, '../../../src/WebFront/bin');
  const built = ['Release', 'Debug'].map((name) => join(bin, name, 'net10.0/ChatOrleans.WebFront.dll')).find(existsSync);
  if (!built) throw new Error('No built server. Run dotnet build src/WebFront, or set CHAT_SERVER_DLL.');
  return built;
}

export function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.on('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** The real server as a process of its own, on data of its own. It can be killed like a crash and started again. */
export class ChatServer {
  private process: ChildProcess | null = null;
  private output = '';
  readonly port: number;
  private readonly data: string;

  private constructor(port: number, data: string) {
    this.port = port;
    this.data = data;
  }

  static async start(): Promise<ChatServer> {
    const server = new ChatServer(await freePort(), await mkdtemp(join(tmpdir(), 'chat-e2e-')));
    await server.up();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts the process on the same port and data, and waits until it serves. */
  async up(): Promise<void> {
    const child = spawn('dotnet', [serverDll()], {
      cwd: this.data,
      env: {
        ...process.env,
        ASPNETCORE_ENVIRONMENT: 'Development',
        ASPNETCORE_URLS: this.url,
        Storage__Path: join(this.data, 'store'),
        Logging__LogLevel__Default: 'Warning',
        // The suites write far faster than people do.
        Limits__CommandsPerSecond: '100000',
        Limits__CommandBurst: '100000',
        Limits__ReadsPerSecond: '100000',
        Limits__ReadBurst: '100000',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process = child;
    child.stdout?.on('data', (data: Buffer) => (this.output += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (this.output += data.toString()));
    await until('the server to be ready', async () => {
      if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}: ${this.output}`);
      const answer = await fetch(`${this.url}/health/ready`).catch(() => null);
      return answer?.ok ?? false;
    }, 60_000);
  }

  /** Ends the process without a chance to say goodbye. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGKILL');
    await rm(this.data, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { process: child } = this;
    this.process = null;
    if (!child || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }
}
