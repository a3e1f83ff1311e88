import { createServer, request, type Server } from 'node:http';
import { connect } from 'node:net';

/** A proxy in front of the server that adds one header to every answer, as a product's own would. */
export async function headerProxy(target: number, name: string, value: string): Promise<{ url: string; close: () => void }> {
  const server: Server = createServer((incoming, answer) => {
    const { method, url, headers } = incoming;
    const onward = request({ host: '127.0.0.1', port: target, method, path: url, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, { ...response.headers, [name]: value });
      response.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    incoming.pipe(onward);
  });
  server.on('upgrade', ({ method, url, rawHeaders }, browser, head) => {
    const upstream = connect(target, '127.0.0.1', () => {
      const lines = rawHeaders.map((part, index) => (index % 2 === 0 ? `${part}: ` : `${part}\r\n`)).join('');
      upstream.write(`${method} ${url} HTTP/1.1\r\n${lines}\r\n`);
      upstream.write(head);
      upstream.pipe(browser).pipe(upstream);
    });
    upstream.on('error', () => browser.destroy());
    browser.on('error', () => upstream.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
