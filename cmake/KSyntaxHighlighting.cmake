# Gives the target strata_highlighting: KSyntaxHighlighting of the system (KF6) or, where it has none, 5.116.0 built with
# Qt 6 into the build tree, once; afterwards nothing is fetched again. With STRATA_HIGHLIGHTING=OFF the target is empty.
option(STRATA_HIGHLIGHTING "Colour code blocks (KSyntaxHighlighting)" ON)
set(STRATA_KSYNTAXHIGHLIGHTING_TARBALL "" CACHE FILEPATH "Source of KSyntaxHighlighting 5.116.0, instead of fetching it")

add_library(strata_highlighting INTERFACE)
if(NOT STRATA_HIGHLIGHTING)
    return()
endif()
target_compile_definitions(strata_highlighting INTERFACE STRATA_HIGHLIGHTING)

find_package(KF6SyntaxHighlighting QUIET)
if(KF6SyntaxHighlighting_FOUND)
    target_link_libraries(strata_highlighting INTERFACE KF6::SyntaxHighlighting)
    return()
endif()

find_package(ECM 5.103 QUIET NO_MODULE)
find_program(STRATA_PERL perl)
if(NOT ECM_FOUND OR NOT STRATA_PERL)
    message(FATAL_ERROR "Code highlighting needs KF6SyntaxHighlighting, or extra-cmake-modules (5.103 or later), perl, "
                        "qt6-tools-dev and qt6-l10n-tools to build it. Install those, or configure with "
                        "-DSTRATA_HIGHLIGHTING=OFF: code is then shown without colours.")
endif()

include(ExternalProject)
set(root ${PROJECT_BINARY_DIR}/ksyntaxhighlighting)
set(archive ${root}/install/lib/libKF5SyntaxHighlighting.a)
# Where headers go depends on the version of extra-cmake-modules. The folders exist before they are filled.
set(headers ${root}/install/include/KF6/KSyntaxHighlighting ${root}/install/include/KF5/KSyntaxHighlighting)
file(MAKE_DIRECTORY ${headers})
ExternalProject_Add(ksyntaxhighlighting
    PREFIX ${root} SOURCE_DIR ${root}/source BINARY_DIR ${root}/build INSTALL_DIR ${root}/install
    DOWNLOAD_COMMAND ${CMAKE_COMMAND} -DTARBALL=${root}/ksyntax-highlighting-5.116.0.tar.xz -DFOLDER=${root}/source
                     -DGIVEN=${STRATA_KSYNTAXHIGHLIGHTING_TARBALL} -P ${CMAKE_CURRENT_LIST_DIR}/fetch_ksyntaxhighlighting.cmake
    CMAKE_ARGS -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=<INSTALL_DIR> -DCMAKE_INSTALL_LIBDIR=lib
               -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER} -DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}
               -DCMAKE_CXX_FLAGS=-w -DCMAKE_POSITION_INDEPENDENT_CODE=ON
               -DCMAKE_PREFIX_PATH=${CMAKE_PREFIX_PATH} -DQT_MAJOR_VERSION=6 -DBUILD_TESTING=OFF
               -DBUILD_QCH=OFF -DKDE_SKIP_TEST_SETTINGS=ON -DCMAKE_DISABLE_FIND_PACKAGE_Qt6Quick=ON -Wno-dev
    # ECM sets a default of its own that only a cache entry overrides.
    CMAKE_CACHE_ARGS -DBUILD_SHARED_LIBS:BOOL=OFF
    BUILD_BYPRODUCTS ${archive}
    LOG_CONFIGURE ON LOG_BUILD ON LOG_INSTALL ON LOG_OUTPUT_ON_FAILURE ON)

add_library(strata_ksyntaxhighlighting STATIC IMPORTED GLOBAL)
set_target_properties(strata_ksyntaxhighlighting PROPERTIES IMPORTED_LOCATION ${archive}
                      INTERFACE_INCLUDE_DIRECTORIES "${headers}")
target_link_libraries(strata_ksyntaxhighlighting INTERFACE Qt6::Gui Qt6::Network)
add_dependencies(strata_ksyntaxhighlighting ksyntaxhighlighting)
add_dependencies(strata_highlighting ksyntaxhighlighting)
target_link_libraries(strata_highlighting INTERFACE strata_ksyntaxhighlighting)
