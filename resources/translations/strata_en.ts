<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>strata::app::FolderWiring</name>
    <message numerus="yes">
        <source>%n model(s), %1, lie in the former folder. Those that stay there are listed as before.</source>
        <translation>
            <numerusform>%n model, %1, lies in the former folder. What stays there is listed as before.</numerusform>
            <numerusform>%n models, %1, lie in the former folder. Those that stay there are listed as before.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n model(s) moved to the new folder</source>
        <translation>
            <numerusform>%n model moved to the new folder</numerusform>
            <numerusform>%n models moved to the new folder</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>strata::ui::DropOverlay</name>
    <message numerus="yes">
        <source>Add %n file(s)</source>
        <translation>
            <numerusform>Add %n file</numerusform>
            <numerusform>Add %n files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>strata::ui::ErrorPlot</name>
    <message numerus="yes">
        <source>%n layer(s), the last with an error of %1 %</source>
        <translation>
            <numerusform>%n layer, with an error of %1 %</numerusform>
            <numerusform>%n layers, the last with an error of %1 %</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>strata::ui::MessageBar</name>
    <message numerus="yes">
        <source>%n token(s), %1 each second</source>
        <translation>
            <numerusform>%n token, %1 each second</numerusform>
            <numerusform>%n tokens, %1 each second</numerusform>
        </translation>
    </message>
</context>
</TS>
