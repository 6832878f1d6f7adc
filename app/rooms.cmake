# SPDX-License-Identifier: Apache-2.0
# The only list of the rooms and of who may include whom. tests/arch/tst_layering reads this list from
# the build (build/<preset>/rooms.txt); the table in CONTRIBUTING.md is held to it by the same test.

set_property(GLOBAL PROPERTY CAUSEWAY_ROOMS "")

# causeway_room(NAME DEPS room… LIBRARIES target…)
#   One static library a room, made of every source below its folder.
function(causeway_room NAME)
  cmake_parse_arguments(ROOM "" "" "DEPS;LIBRARIES" ${ARGN})
  set(folder ${CMAKE_SOURCE_DIR}/app/${NAME})
  if(NOT IS_DIRECTORY ${folder})
    set(folder ${CMAKE_SOURCE_DIR}/${NAME})
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cpp ${folder}/*.h)
  add_library(causeway_${NAME} STATIC ${sources})
  target_include_directories(causeway_${NAME} PUBLIC ${CMAKE_SOURCE_DIR}/app ${CMAKE_SOURCE_DIR})
  list(TRANSFORM ROOM_DEPS PREPEND causeway_ OUTPUT_VARIABLE rooms)
  target_link_libraries(causeway_${NAME} PUBLIC ${rooms} ${ROOM_LIBRARIES})
  list(JOIN ROOM_DEPS " " below)
  set_property(GLOBAL APPEND PROPERTY CAUSEWAY_ROOMS "${NAME}:${below}")
endfunction()

# Pure: no input, no output, Qt Core only.
causeway_room(core LIBRARIES Qt6::Core QCoro::Core tl::expected)
target_include_directories(causeway_core SYSTEM PUBLIC ${OPENSSL_INCLUDE_DIR}) # types only: core/libcrypto.h
causeway_room(domain DEPS core)
causeway_room(plan DEPS domain)
causeway_room(text DEPS plan)
# Outside: everything that talks to somebody.
causeway_room(azure DEPS domain LIBRARIES Qt6::DBus Qt6::Network Qt6::NetworkAuth Qt6Keychain::Qt6Keychain)
causeway_room(probe DEPS domain LIBRARIES Qt6::Network)
# Work.
causeway_room(session DEPS azure probe plan)
causeway_room(engine DEPS azure plan LIBRARIES Qt6::Sql)
causeway_room(approvals DEPS azure plan)
causeway_room(support DEPS engine text)
# Faces.
causeway_room(ui DEPS text LIBRARIES Qt6::Widgets Qt6::Svg)
causeway_room(wizard DEPS ui session engine approvals support probe)
causeway_room(sandbox DEPS core LIBRARIES Qt6::Network)
target_include_directories(causeway_sandbox SYSTEM PRIVATE ${PostgreSQL_INCLUDE_DIRS}) # types only: postgres/libpq.h
causeway_room(cli DEPS session engine approvals support probe text LIBRARIES CLI11::CLI11)

get_property(CAUSEWAY_ROOM_LINES GLOBAL PROPERTY CAUSEWAY_ROOMS)
string(REPLACE ";" "\n" CAUSEWAY_ROOM_LINES "${CAUSEWAY_ROOM_LINES}")
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/rooms.txt CONTENT "${CAUSEWAY_ROOM_LINES}\n")
