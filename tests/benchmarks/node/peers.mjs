// graphql-js and graphql-jit in one process, which runs operations as it is told on its input.
// Each line of the input is a command in JSON, and for each one line of JSON goes out. Times are in ms.

import { createInterface } from 'node:readline'
import { execute, parse, validate } from 'graphql'
import { compileQuery, isCompiledQuery } from 'graphql-jit'
import { makeSchema, withTexts } from './schema.mjs'

const [folder] = process.argv.slice(2)
const schema = makeSchema(folder)
const context = {}
const root = {}

function checked (query) {
  const document = parse(query)
  const faults = validate(schema, document)
  if (faults.length) throw faults[0]
  return document
}

/** What is made of the text of a query, once. */
function cached (make) {
  const known = new Map()
  return query => {
    let found = known.get(query)
    if (!found) known.set(query, found = make(query))
    return found
  }
}

function interpreting () {
  const prepared = cached(checked)
  return ({ query, variables }) => {
    const document = prepared(query)
    const result = execute({ schema, document, rootValue: root, contextValue: context, variableValues: variables })
    return { result, bytes: Buffer.from(JSON.stringify(result)) }
  }
}

// The values are right already, so graphql-jit need not check them once more: its fastest setting.
const compiling = (compiledFor, customJSONSerializer) => () => {
  const options = { customJSONSerializer, disableLeafSerialization: true }
  const prepared = cached(query => {
    const compiled = compileQuery(compiledFor, checked(query), undefined, options)
    if (!isCompiledQuery(compiled)) throw compiled.errors[0]
    return compiled
  })
  return ({ query, variables }) => {
    const compiled = prepared(query)
    const result = compiled.query(root, context, variables)
    return { result, bytes: Buffer.from(compiled.stringify(result)) }
  }
}

const engines = {
  'graphql-js': interpreting,
  'graphql-jit': compiling(schema, false),
  'graphql-jit, fast-json-stringify': compiling(withTexts(makeSchema(folder, schema.model)), true)
}
const ready = Object.fromEntries(Object.entries(engines).map(([name, make]) => [name, make()]))

function timed (answer, operation) {
  const start = performance.now()
  answer(operation)
  return performance.now() - start
}

const commands = {
  /** The data, or the error, of each. */
  answers ({ engine, operations }) {
    return operations.map(operation => {
      const { result, bytes } = ready[engine](operation)
      return result.errors ? { error: result.errors[0].message } : JSON.parse(bytes)
    })
  },
  /** How long each takes. */
  warm ({ engine, operations }) {
    return operations.map(operation => timed(ready[engine], operation))
  },
  /** How long each takes whose text was not seen before. */
  first ({ engine, operations }) {
    const answer = engines[engine]()
    return operations.map(operation => timed(answer, operation))
  }
}

const say = value => process.stdout.write(JSON.stringify(value) + '\n')

say(Object.keys(engines))
for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...given } = JSON.parse(line)
  say(commands[command](given))
}
