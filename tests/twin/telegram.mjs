// The foreign Telegram as a process of its own: says on standard output where it listens; ends with standard input.
import { createRequire } from 'node:module'

const TelegramServer = createRequire(import.meta.url)('telegram-test-api')
const server = new TelegramServer({ host: '127.0.0.1' })
server.config.port = 0 // its constructor knows no zero: the system chooses
await server.start()
process.stdout.write(JSON.stringify({ port: server.server.address().port }) + '\n')
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
