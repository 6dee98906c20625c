// The twin as a process of its own: says on standard output where it listens and who is there, then obeys commands
// on standard input, one JSON line each, answered in order by one JSON line each; ends with standard input.
import net from 'node:net'
import readline from 'node:readline'
import { DigitalDiscord } from 'discord-digital-twin'

// The twin asks to listen on all interfaces ("listen(0, done)"); here it is reached from this machine alone.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (port, done) {
  return listen.call(this, { port, host: '127.0.0.1' }, done)
}

const TEXT = 0
const { guild, channels, people, bot } = JSON.parse(process.argv[2])
const discord = new DigitalDiscord({
  guild: { name: guild, channels: channels.map((name) => ({ name, type: TEXT })) },
  users: people.map((username) => ({ username })),
  botUser: { username: bot },
  botToken: 'token-of-the-bot',
})
const { prisma } = discord

async function reactionsOf(messageId) {
  const found = await prisma.reaction.findMany({ where: { messageId }, orderBy: { id: 'asc' } })
  return found.map(({ emoji, userId }) => ({ emoji, user: userId }))
}

const commands = {
  // Everything that is written in the channels, and the commands the bot has registered.
  async state() {
    const messages = []
    for (const { id } of await prisma.channel.findMany()) {
      for (const message of await discord.channel(id).getMessages()) {
        messages.push({ ...message, reactions: await reactionsOf(message.id) })
      }
    }
    const registered = await prisma.applicationCommand.findMany()
    return { messages, commands: registered.map((one) => ({ ...one, options: JSON.parse(one.options) })) }
  },

  // A command, a press, a choice or a form, with Discord's own "type" and "data".
  interact({ type, channel, user, data, message }) {
    return discord.simulateInteraction({ type, channelId: channel, userId: user, data, messageId: message })
  },

  says({ channel, user, content }) {
    return discord.simulateUserMessage({ channelId: channel, userId: user, content })
  },

  // The twin lets only the bot react.
  async react({ channel, message, user, emoji, add }) {
    const reaction = { messageId: message, userId: user, emoji }
    await prisma.reaction.deleteMany({ where: reaction })
    if (add) await prisma.reaction.create({ data: reaction })
    discord.server.gateway.broadcast(add ? 'MESSAGE_REACTION_ADD' : 'MESSAGE_REACTION_REMOVE', {
      user_id: user,
      channel_id: channel,
      message_id: message,
      guild_id: discord.guildId,
      emoji: { id: null, name: emoji },
    })
  },

  // The twin has a place for a message's attachments, but lets no bot fill it.
  async attach({ message, attachments }) {
    await prisma.message.update({ where: { id: message }, data: { attachments: JSON.stringify(attachments) } })
  },
}

function say(line) {
  process.stdout.write(JSON.stringify(line) + '\n')
}

await discord.start()
const named = (rows) => Object.fromEntries(rows.map(({ id, name, username }) => [name ?? username, id]))
say({
  port: discord.port,
  token: discord.botToken,
  bot: discord.botUserId,
  guild: discord.guildId,
  channels: named(await prisma.channel.findMany()),
  people: named(await prisma.user.findMany({ where: { bot: false } })),
})
for await (const line of readline.createInterface({ input: process.stdin })) {
  const { command, ...values } = JSON.parse(line)
  try {
    say({ result: (await commands[command](values)) ?? null })
  } catch (error) {
    say({ error: String(error.stack ?? error) })
  }
}
process.exit(0)
