import {afterAll, test} from '@jest/globals'
import {standingJava} from '../../../iceberg/test/support/judges.js'
import {maintainByCommands, sharedLake} from '../support/judged.js'

const java = standingJava()
afterAll(() => java.close())

test.each([1, 2])('Iceberg’s Java library finds its v%d table as it was after every command that maintains it', async (version) => {
  const lake = sharedLake()
  await java.create(lake, 'made.orders', version, 30, 20)
  await maintainByCommands(lake, 'made.orders', java)
})
