// mercurius on fastify, which compiles each operation with graphql-jit; it says where it listens.

import Fastify from 'fastify'
import mercurius from 'mercurius'
import { makeSchema } from './schema.mjs'

const [folder] = process.argv.slice(2)
const app = Fastify({ logger: false })
app.register(mercurius, { schema: makeSchema(folder), jit: 1, graphiql: false })
process.stdout.write(await app.listen({ host: '127.0.0.1', port: 0 }) + '\n')
