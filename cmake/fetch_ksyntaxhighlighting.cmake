# cmake -DTARBALL=file -DFOLDER=folder [-DGIVEN=file] -P fetch_ksyntaxhighlighting.cmake: fetches the source of
# KSyntaxHighlighting 5.116.0, checks it, and unpacks it into FOLDER, ready for the extra-cmake-modules of Debian 12.
set(sha256 6f8ccacebd0dc9ce050b2b23b715750c97938b3336fbbb80967920cb8c1dfaa7)
set(kde https://download.kde.org/stable/frameworks/5.116/ksyntax-highlighting-5.116.0.tar.xz)
set(apt_path pool/main/k/ksyntax-highlighting/ksyntax-highlighting_5.116.0.orig.tar.xz)
set(apt_helper /usr/lib/apt/apt-helper)

# Sets `good` where TARBALL is the file that is meant; else removes it.
function(check_tarball)
    set(good OFF PARENT_SCOPE)
    if(NOT EXISTS ${TARBALL})
        return()
    endif()
    file(SHA256 ${TARBALL} found)
    if(found STREQUAL sha256)
        set(good ON PARENT_SCOPE)
    else()
        file(REMOVE ${TARBALL})
    endif()
endfunction()

# One byte first, within ten seconds, so that a network without a way out costs no more than that.
function(fetch_from_kde)
    file(DOWNLOAD ${kde} ${TARBALL}.probe RANGE_START 0 RANGE_END 0 TIMEOUT 10 STATUS status)
    file(REMOVE ${TARBALL}.probe)
    list(GET status 0 code)
    if(code EQUAL 0)
        file(DOWNLOAD ${kde} ${TARBALL} INACTIVITY_TIMEOUT 10 TIMEOUT 300 STATUS status)
    endif()
endfunction()

# The same file is the source package's upstream tarball on systems with apt, whose mirror apt knows.
function(fetch_from_package_mirror)
    if(NOT EXISTS ${apt_helper})
        return()
    endif()
    execute_process(COMMAND apt-get indextargets --format "$(SITE)" OUTPUT_VARIABLE sites ERROR_QUIET
                    OUTPUT_STRIP_TRAILING_WHITESPACE)
    string(REPLACE "\n" ";" sites "${sites}")
    list(REMOVE_DUPLICATES sites)
    foreach(site ${sites})
        string(REGEX REPLACE "/+$" "" site "${site}")
        execute_process(COMMAND ${apt_helper} download-file ${site}/${apt_path} ${TARBALL} SHA256:${sha256}
                        TIMEOUT 120 OUTPUT_QUIET ERROR_QUIET RESULT_VARIABLE failed)
        if(failed EQUAL 0)
            return()
        endif()
    endforeach()
endfunction()

if(GIVEN)
    file(COPY_FILE ${GIVEN} ${TARBALL})
endif()
check_tarball()
foreach(source kde package_mirror)
    if(NOT good)
        cmake_language(CALL fetch_from_${source})
        check_tarball()
    endif()
endforeach()
if(NOT good)
    message(FATAL_ERROR "KSyntaxHighlighting 5.116.0 could not be fetched. Fetch ${kde} yourself and give it with "
                        "-DSTRATA_KSYNTAXHIGHLIGHTING_TARBALL=FILE (SHA-256 ${sha256}), or build with "
                        "-DSTRATA_HIGHLIGHTING=OFF: code is then shown without colours.")
endif()

file(REMOVE_RECURSE ${FOLDER})
file(ARCHIVE_EXTRACT INPUT ${TARBALL} DESTINATION ${FOLDER}.unpacked)
file(GLOB inner ${FOLDER}.unpacked/*)
file(RENAME ${inner} ${FOLDER})
file(REMOVE_RECURSE ${FOLDER}.unpacked)
file(READ ${FOLDER}/CMakeLists.txt lists)
string(REPLACE "find_package(ECM 5.116.0" "find_package(ECM 5.103.0" lists "${lists}")
file(WRITE ${FOLDER}/CMakeLists.txt "${lists}")
