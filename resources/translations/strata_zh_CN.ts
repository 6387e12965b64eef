<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Catalogue</name>
    <message>
        <source>A small English assistant to try Strata with.</source>
        <translation>适合试用 Strata 的小型英语助手。</translation>
    </message>
</context>
<context>
    <name>Ceiling</name>
    <message>
        <source>Compact</source>
        <translation>紧凑</translation>
    </message>
    <message>
        <source>smallest file; good answers at most</source>
        <translation>文件最小；回答最多算是良好</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>recommended; hardly to be told from the original at its best</source>
        <translation>推荐；最佳状态下与原模型几乎没有区别</translation>
    </message>
    <message>
        <source>Faithful</source>
        <translation>忠实</translation>
    </message>
    <message>
        <source>largest file; as the original</source>
        <translation>文件最大；与原模型一致</translation>
    </message>
</context>
<context>
    <name>CompressionStage</name>
    <message>
        <source>Reading the source</source>
        <translation>正在读取源模型</translation>
    </message>
    <message>
        <source>Compressing layers</source>
        <translation>正在压缩各层</translation>
    </message>
    <message>
        <source>Compressing vocabulary</source>
        <translation>正在压缩词表</translation>
    </message>
    <message>
        <source>Measuring sensitivities</source>
        <translation>正在测量敏感度</translation>
    </message>
    <message>
        <source>Measuring quality</source>
        <translation>正在测量质量</translation>
    </message>
    <message>
        <source>Writing the stack</source>
        <translation>正在写入模型</translation>
    </message>
    <message>
        <source>layer %1 of %2</source>
        <translation>第 %1 层，共 %2 层</translation>
    </message>
</context>
<context>
    <name>ConversationFile</name>
    <message>
        <source>You</source>
        <translation>您</translation>
    </message>
    <message>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Assistant</source>
        <translation>助手</translation>
    </message>
    <message>
        <source>%1 is not an object</source>
        <translation>%1 不是对象</translation>
    </message>
    <message>
        <source>a text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>a number within its range</source>
        <translation>有效范围内的数字</translation>
    </message>
    <message>
        <source>a whole number</source>
        <translation>整数</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true 或 false</translation>
    </message>
    <message>
        <source>“%1” of %2 is not %3</source>
        <translation>%2 的“%1”不是%3</translation>
    </message>
    <message>
        <source>message %1</source>
        <translation>消息 %1</translation>
    </message>
    <message>
        <source>a role that is known</source>
        <translation>已知的角色</translation>
    </message>
    <message>
        <source>a whole number above 0</source>
        <translation>大于 0 的整数</translation>
    </message>
    <message>
        <source>message number %1 stands before its parent</source>
        <translation>编号为 %1 的消息排在它的上级消息之前</translation>
    </message>
    <message>
        <source>message number %1 is there twice</source>
        <translation>编号为 %1 的消息出现了两次</translation>
    </message>
    <message>
        <source>the file is larger than 256 MB</source>
        <translation>文件大于 256 MB</translation>
    </message>
    <message>
        <source>the file is not JSON (%1, at byte %2)</source>
        <translation>文件不是 JSON（%1，位于第 %2 字节）</translation>
    </message>
    <message>
        <source>the file is JSON, but not a conversation that Strata exported</source>
        <translation>文件是 JSON，但不是 Strata 导出的对话</translation>
    </message>
    <message>
        <source>the file was written by a newer version of Strata; update Strata</source>
        <translation>文件由更新版本的 Strata 写入；请更新 Strata</translation>
    </message>
    <message>
        <source>the conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>列表</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
</context>
<context>
    <name>ConversationListModel</name>
    <message>
        <source>Pinned</source>
        <translation>已置顶</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>Last week</source>
        <translation>过去一周</translation>
    </message>
    <message>
        <source>Older</source>
        <translation>更早</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
</context>
<context>
    <name>DeviceProblem</name>
    <message>
        <source>%1 is not there now: the processor computes.</source>
        <translation>%1 现在不在：由处理器计算。</translation>
    </message>
    <message>
        <source>Choose another device in the settings, or connect it and start Strata again.</source>
        <translation>请在设置中选择其他设备，或将其接好后重新启动 Strata。</translation>
    </message>
    <message>
        <source>%1 has too little memory left: the processor computes.</source>
        <translation>%1 剩余的内存太少：由处理器计算。</translation>
    </message>
    <message>
        <source>Close other programs that use it, then load the model again; or choose another device in the settings.</source>
        <translation>请关闭使用它的其他程序后重新加载模型，或在设置中选择其他设备。</translation>
    </message>
    <message>
        <source>%1 does not answer: the processor computes.</source>
        <translation>%1 没有响应：由处理器计算。</translation>
    </message>
    <message>
        <source>Restart the computer, or choose the processor in the settings.</source>
        <translation>请重新启动计算机，或在设置中选择处理器。</translation>
    </message>
    <message>
        <source>%1 cannot be used: the processor computes.</source>
        <translation>%1 无法使用：由处理器计算。</translation>
    </message>
    <message>
        <source>Update its driver, or choose another device in the settings.</source>
        <translation>请更新其驱动程序，或在设置中选择其他设备。</translation>
    </message>
    <message>
        <source>The graphics device</source>
        <translation>图形设备</translation>
    </message>
    <message>
        <source>%1 has failed: the processor goes on, and nothing was lost.</source>
        <translation>%1 出现故障：由处理器继续，没有丢失任何内容。</translation>
    </message>
    <message>
        <source>Load the model again to use it again; if it fails once more, update its driver.</source>
        <translation>重新加载模型即可再次使用它；如果再次出现故障，请更新其驱动程序。</translation>
    </message>
    <message>
        <source>%1 gives less memory than it may: the processor does the rest.</source>
        <translation>%1 提供的内存少于允许的量：其余部分由处理器完成。</translation>
    </message>
    <message>
        <source>Close other programs that use it, or set a limit for it in the settings.</source>
        <translation>请关闭使用它的其他程序，或在设置中为它设定上限。</translation>
    </message>
</context>
<context>
    <name>Devices</name>
    <message>
        <source>8-bit integers</source>
        <translation>8 位整数</translation>
    </message>
    <message>
        <source>16-bit floating point</source>
        <translation>16 位浮点数</translation>
    </message>
    <message>
        <source>8-bit storage</source>
        <translation>8 位存储</translation>
    </message>
    <message>
        <source>16-bit storage</source>
        <translation>16 位存储</translation>
    </message>
    <message>
        <source>sums by subgroup</source>
        <translation>子组求和</translation>
    </message>
    <message>
        <source>integer dot product</source>
        <translation>整数点积</translation>
    </message>
    <message>
        <source>integer dot product in hardware</source>
        <translation>硬件整数点积</translation>
    </message>
    <message>
        <source>cooperative matrices</source>
        <translation>协作矩阵</translation>
    </message>
    <message>
        <source>buffer addresses</source>
        <translation>缓冲区地址</translation>
    </message>
    <message>
        <source>timeline semaphores</source>
        <translation>时间线信号量</translation>
    </message>
    <message>
        <source>tells how much memory is free</source>
        <translation>可报告剩余内存</translation>
    </message>
    <message>
        <source>reads the program&apos;s memory</source>
        <translation>可读取程序的内存</translation>
    </message>
    <message>
        <source>memory that the processor can write</source>
        <translation>处理器可写的内存</translation>
    </message>
    <message>
        <source>a queue for copies</source>
        <translation>专用复制队列</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>read where the system holds them</source>
        <translation>在系统所存之处直接读取</translation>
    </message>
    <message>
        <source>copied to the device</source>
        <translation>复制到设备</translation>
    </message>
    <message>
        <source>copies</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>written directly</source>
        <translation>直接写入</translation>
    </message>
    <message>
        <source>through a ring of staging buffers</source>
        <translation>经由环形暂存缓冲区</translation>
    </message>
    <message>
        <source>integer products</source>
        <translation>整数乘积</translation>
    </message>
    <message>
        <source>four at once (integer dot product)</source>
        <translation>一次四个（整数点积）</translation>
    </message>
    <message>
        <source>one by one</source>
        <translation>逐个</translation>
    </message>
    <message>
        <source>sums</source>
        <translation>求和</translation>
    </message>
    <message>
        <source>by subgroup</source>
        <translation>按子组</translation>
    </message>
    <message>
        <source>through shared memory</source>
        <translation>经由共享内存</translation>
    </message>
    <message>
        <source>rows of a product</source>
        <translation>乘积的行</translation>
    </message>
    <message>
        <source>shared by several threads</source>
        <translation>由多个线程分担</translation>
    </message>
    <message>
        <source>a thread each</source>
        <translation>每行一个线程</translation>
    </message>
    <message>
        <source>subgroup</source>
        <translation>子组</translation>
    </message>
    <message>
        <source>%1 threads</source>
        <translation>%1 个线程</translation>
    </message>
    <message>
        <source>buffers of a shader</source>
        <translation>着色器的缓冲区</translation>
    </message>
    <message>
        <source>shared memory</source>
        <translation>共享内存</translation>
    </message>
    <message>
        <source>largest binding</source>
        <translation>最大绑定</translation>
    </message>
    <message>
        <source>largest piece of memory</source>
        <translation>最大内存块</translation>
    </message>
    <message>
        <source>exchange by subgroup</source>
        <translation>子组内交换</translation>
    </message>
    <message>
        <source>timestamps</source>
        <translation>时间戳</translation>
    </message>
    <message>
        <source>products</source>
        <translation>乘积</translation>
    </message>
    <message>
        <source>in a processor&apos;s vectors, four rows a thread</source>
        <translation>在处理器的向量中，每线程四行</translation>
    </message>
    <message>
        <source>as graphics cards like them</source>
        <translation>按显卡适合的方式</translation>
    </message>
    <message>
        <source>staging</source>
        <translation>暂存区</translation>
    </message>
    <message>
        <source>copied on beside the computation</source>
        <translation>与计算同时复制</translation>
    </message>
    <message>
        <source>copied on in the order of the computation</source>
        <translation>按计算的顺序复制</translation>
    </message>
    <message>
        <source>memory taken</source>
        <translation>占用的内存</translation>
    </message>
    <message>
        <source>as much as other programs leave</source>
        <translation>其他程序留下多少就用多少</translation>
    </message>
    <message>
        <source>up to the limit that is set for it</source>
        <translation>不超过为其设定的上限</translation>
    </message>
</context>
<context>
    <name>Download</name>
    <message>
        <source>The folder for models cannot be written.</source>
        <translation>无法写入模型文件夹。</translation>
    </message>
    <message>
        <source>Check its permissions, or choose another folder in the settings.</source>
        <translation>请检查其权限，或在设置中选择其他文件夹。</translation>
    </message>
    <message>
        <source>The disk has too little space: %1 more are needed.</source>
        <translation>磁盘空间不足：还需要 %1。</translation>
    </message>
    <message>
        <source>Free some space, or choose another folder in the settings.</source>
        <translation>请腾出一些空间，或在设置中选择其他文件夹。</translation>
    </message>
    <message>
        <source>The server sent another file than “%1”.</source>
        <translation>服务器发来的文件不是“%1”。</translation>
    </message>
    <message>
        <source>Nothing was kept. Try again later.</source>
        <translation>未保留任何内容。请稍后再试。</translation>
    </message>
    <message>
        <source>The disk is full; what has arrived is kept.</source>
        <translation>磁盘已满；已下载的部分会保留。</translation>
    </message>
    <message>
        <source>Free some space and go on with the download.</source>
        <translation>请腾出一些空间，然后继续下载。</translation>
    </message>
    <message>
        <source>“%1” is not to be had at its address any more.</source>
        <translation>“%1”的下载地址已失效。</translation>
    </message>
    <message>
        <source>Update Strata, or drop a model of your own on the window.</source>
        <translation>请更新 Strata，或将您自己的模型拖到窗口上。</translation>
    </message>
    <message>
        <source>The connection was lost; what has arrived is kept.</source>
        <translation>连接中断；已下载的部分会保留。</translation>
    </message>
    <message>
        <source>Check the connection and go on with the download.</source>
        <translation>请检查网络连接，然后继续下载。</translation>
    </message>
    <message>
        <source>“%1” arrived damaged (its checksum is wrong).</source>
        <translation>收到的“%1”已损坏（校验和不符）。</translation>
    </message>
    <message>
        <source>Nothing was kept. Download it again.</source>
        <translation>未保留任何内容。请重新下载。</translation>
    </message>
</context>
<context>
    <name>Drop</name>
    <message>
        <source>Looking at it…</source>
        <translation>正在查看…</translation>
    </message>
    <message>
        <source>One after the other</source>
        <translation>逐个处理</translation>
    </message>
    <message>
        <source>Add %1 (%2)</source>
        <translation>添加 %1（%2）</translation>
    </message>
    <message>
        <source>Ready to chat; the file stays where it is</source>
        <translation>可以直接对话；文件保留在原处</translation>
    </message>
    <message>
        <source>Import this chat</source>
        <translation>导入此对话</translation>
    </message>
    <message>
        <source>Import %1 (%2)</source>
        <translation>导入 %1（%2）</translation>
    </message>
    <message>
        <source>Compress %1 (%2)</source>
        <translation>压缩 %1（%2）</translation>
    </message>
</context>
<context>
    <name>DroppedSource</name>
    <message>
        <source>Drop a .strata or .gguf file, or a folder with config.json and .safetensors files.</source>
        <translation>请拖入 .strata 或 .gguf 文件，或包含 config.json 和 .safetensors 文件的文件夹。</translation>
    </message>
    <message>
        <source>“%1” is not there any more.</source>
        <translation>“%1”已不存在。</translation>
    </message>
    <message>
        <source>Check that its disk is connected, and drop it again.</source>
        <translation>请确认磁盘已连接，然后重新拖入。</translation>
    </message>
    <message>
        <source>“%1” is empty (0 bytes).</source>
        <translation>“%1”是空文件（0 字节）。</translation>
    </message>
    <message>
        <source>Download or copy it again.</source>
        <translation>请重新下载或复制。</translation>
    </message>
    <message>
        <source>“%1” cannot be read.</source>
        <translation>无法读取“%1”。</translation>
    </message>
    <message>
        <source>Check its permissions.</source>
        <translation>请检查其权限。</translation>
    </message>
    <message>
        <source>“%1” is only a part of a model.</source>
        <translation>“%1”只是模型的一部分。</translation>
    </message>
    <message>
        <source>Drop the folder that it lies in.</source>
        <translation>请拖入它所在的文件夹。</translation>
    </message>
    <message>
        <source>“%1” is not a model.</source>
        <translation>“%1”不是模型。</translation>
    </message>
    <message>
        <source>“%1” holds pictures (%2) and no model.</source>
        <translation>“%1”中是图片（%2），没有模型。</translation>
    </message>
    <message>
        <source>“%1” describes a model, but its weights are missing.</source>
        <translation>“%1”描述了一个模型，但缺少权重。</translation>
    </message>
    <message>
        <source>Download its .safetensors files too; others are not read.</source>
        <translation>请同时下载它的 .safetensors 文件；其他格式无法读取。</translation>
    </message>
    <message>
        <source>“%1” has weights, but no config.json that describes them.</source>
        <translation>“%1”有权重，但没有描述它们的 config.json。</translation>
    </message>
    <message>
        <source>Download the whole folder of the model.</source>
        <translation>请下载模型的整个文件夹。</translation>
    </message>
    <message>
        <source>“%1” is a folder without a model.</source>
        <translation>“%1”是一个没有模型的文件夹。</translation>
    </message>
    <message>
        <source>“%1” holds several models.</source>
        <translation>“%1”中有多个模型。</translation>
    </message>
    <message>
        <source>Drop one of its files.</source>
        <translation>请拖入其中一个文件。</translation>
    </message>
    <message>
        <source>These are several things.</source>
        <translation>这是多个项目。</translation>
    </message>
    <message>
        <source>Drop one model at a time; only .strata files may be several.</source>
        <translation>请一次拖入一个模型；只有 .strata 文件可以一次拖入多个。</translation>
    </message>
    <message>
        <source>That is not a file.</source>
        <translation>这不是文件。</translation>
    </message>
</context>
<context>
    <name>Fit</name>
    <message>
        <source>fits</source>
        <translation>装得下</translation>
    </message>
    <message>
        <source>fits in part</source>
        <translation>部分装得下</translation>
    </message>
    <message>
        <source>fits below %1</source>
        <translation>低于 %1 时装得下</translation>
    </message>
    <message>
        <source>too big even at its floor</source>
        <translation>即使最小也装不下</translation>
    </message>
    <message>
        <source>needs %1 more than is free</source>
        <translation>比可用内存多需要 %1</translation>
    </message>
    <message>
        <source>runs from %1 to %2</source>
        <translation>%1 到 %2 均可运行</translation>
    </message>
</context>
<context>
    <name>JobsModel</name>
    <message>
        <source>Download %1</source>
        <translation>下载 %1</translation>
    </message>
    <message>
        <source>Import %1</source>
        <translation>导入 %1</translation>
    </message>
    <message>
        <source>Compress %1</source>
        <translation>压缩 %1</translation>
    </message>
    <message>
        <source>a few seconds left</source>
        <translation>还剩几秒</translation>
    </message>
    <message>
        <source>about %1 s left</source>
        <translation>还剩约 %1 秒</translation>
    </message>
    <message>
        <source>about %1 min left</source>
        <translation>还剩约 %1 分钟</translation>
    </message>
    <message>
        <source>about %1 h left</source>
        <translation>还剩约 %1 小时</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在开始…</translation>
    </message>
    <message>
        <source>Paused at %1</source>
        <translation>已暂停于 %1</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Failed: %1</source>
        <translation>失败：%1</translation>
    </message>
</context>
<context>
    <name>Library</name>
    <message>
        <source>“%1” is in the library already; both are kept.</source>
        <translation>“%1”已在模型库中；两者都会保留。</translation>
    </message>
    <message>
        <source>Rename one of them, or remove one.</source>
        <translation>请重命名或移除其中一个。</translation>
    </message>
    <message>
        <source>“%1” is not there any more.</source>
        <translation>“%1”已不存在。</translation>
    </message>
    <message>
        <source>Connect its disk, or remove it from the library.</source>
        <translation>请连接其所在磁盘，或将它从模型库中移除。</translation>
    </message>
    <message>
        <source>“%1” could not be copied.</source>
        <translation>无法复制“%1”。</translation>
    </message>
    <message>
        <source>Check the disk and its free space; the original is untouched.</source>
        <translation>请检查磁盘及其剩余空间；原文件未受影响。</translation>
    </message>
    <message>
        <source>The disk has too little space for a copy of “%1”.</source>
        <translation>磁盘空间不足，无法复制“%1”。</translation>
    </message>
    <message>
        <source>Free some space, or add the file where it is.</source>
        <translation>请腾出一些空间，或直接从原位置添加该文件。</translation>
    </message>
    <message>
        <source>“%1” was not moved.</source>
        <translation>“%1”未移动。</translation>
    </message>
    <message>
        <source>It is still where it was, and can be used there.</source>
        <translation>它仍在原处，可以照常使用。</translation>
    </message>
    <message>
        <source>“%1” could not be moved to the trash; it is still there.</source>
        <translation>无法将“%1”移到回收站；它仍在原处。</translation>
    </message>
    <message>
        <source>Delete it in the file manager.</source>
        <translation>请在文件管理器中删除它。</translation>
    </message>
    <message>
        <source>“%1” could not be brought back.</source>
        <translation>无法恢复“%1”。</translation>
    </message>
    <message>
        <source>Look for it in the trash of the file manager.</source>
        <translation>请在文件管理器的回收站中查找。</translation>
    </message>
</context>
<context>
    <name>LinkDialog</name>
    <message>
        <source>Open link</source>
        <translation>打开链接</translation>
    </message>
    <message>
        <source>Open this address outside of Strata?</source>
        <translation>要在 Strata 之外打开此地址吗？</translation>
    </message>
    <message>
        <source>This link cannot be opened: only web and mail addresses can.</source>
        <translation>无法打开此链接：只能打开网页和邮件地址。</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>复制地址</translation>
    </message>
</context>
<context>
    <name>Memory</name>
    <message>
        <source>The quality of this model was not measured.</source>
        <translation>此模型的质量未经测量。</translation>
    </message>
    <message>
        <source>Picks the same next word as the full model %1 times of 100, measured on text that was kept apart.</source>
        <translation>每 100 次中有 %1 次选出与完整模型相同的下一个词（在专门留出的文本上测得）。</translation>
    </message>
    <message>
        <source>%1 of %2 megabytes</source>
        <translation>%1 / %2 兆字节</translation>
    </message>
    <message>
        <source>%1, too little: answers may make no sense</source>
        <translation>%1，太少：回答可能毫无意义</translation>
    </message>
    <message>
        <source>%1, %2 percent of full quality</source>
        <translation>%1，完整质量的百分之 %2</translation>
    </message>
    <message>
        <source>about %1 tokens/s</source>
        <translation>约 %1 词元/秒</translation>
    </message>
</context>
<context>
    <name>NumberText</name>
    <message>
        <source>%1 %</source>
        <translation>%1%</translation>
    </message>
    <message>
        <source>too little memory: answers may make no sense</source>
        <translation>内存太少：回答可能毫无意义</translation>
    </message>
    <message>
        <source>%1 % of full quality</source>
        <translation>完整质量的 %1%</translation>
    </message>
</context>
<context>
    <name>ProblemText</name>
    <message>
        <source>“%1” cannot be used here; nothing was changed.</source>
        <translation>“%1”不能用在这里；未做任何更改。</translation>
    </message>
    <message>
        <source>This cannot be done; nothing was changed.</source>
        <translation>无法这样做；未做任何更改。</translation>
    </message>
    <message>
        <source>Choose something else; the details say why.</source>
        <translation>请选择其他内容；详细信息中说明了原因。</translation>
    </message>
    <message>
        <source>“%1” is not there, or something in it is missing.</source>
        <translation>“%1”不存在，或其中缺少内容。</translation>
    </message>
    <message>
        <source>Something that is needed was not found.</source>
        <translation>找不到所需的内容。</translation>
    </message>
    <message>
        <source>Check that its disk is connected, or choose the file again.</source>
        <translation>请确认磁盘已连接，或重新选择文件。</translation>
    </message>
    <message>
        <source>The system does not allow access to “%1”.</source>
        <translation>系统不允许访问“%1”。</translation>
    </message>
    <message>
        <source>The system does not allow this.</source>
        <translation>系统不允许此操作。</translation>
    </message>
    <message>
        <source>Check who owns it and its permissions, or choose another folder.</source>
        <translation>请检查其所有者和权限，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>“%1” is there already and was left as it is.</source>
        <translation>“%1”已存在，保持原样。</translation>
    </message>
    <message>
        <source>The file is there already and was left as it is.</source>
        <translation>文件已存在，保持原样。</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>请换一个名称。</translation>
    </message>
    <message>
        <source>“%1” could not be read or written.</source>
        <translation>无法读取或写入“%1”。</translation>
    </message>
    <message>
        <source>Reading or writing failed.</source>
        <translation>读取或写入失败。</translation>
    </message>
    <message>
        <source>Check the disk and its connection, then try again.</source>
        <translation>请检查磁盘及其连接，然后重试。</translation>
    </message>
    <message>
        <source>The disk is full: “%1” could not be written.</source>
        <translation>磁盘已满：无法写入“%1”。</translation>
    </message>
    <message>
        <source>The disk is full; what was there before is still there.</source>
        <translation>磁盘已满；原有内容仍在。</translation>
    </message>
    <message>
        <source>Free some space or choose another disk, then try again.</source>
        <translation>请腾出一些空间或选择其他磁盘，然后重试。</translation>
    </message>
    <message>
        <source>The computer has too little memory left for “%1”.</source>
        <translation>电脑剩余内存不足以运行“%1”。</translation>
    </message>
    <message>
        <source>The computer has too little memory left; nothing was lost.</source>
        <translation>电脑剩余内存不足；没有丢失任何内容。</translation>
    </message>
    <message>
        <source>Close other programs, or give the model less memory.</source>
        <translation>请关闭其他程序，或给模型少分配一些内存。</translation>
    </message>
    <message>
        <source>“%1” is not a model.</source>
        <translation>“%1”不是模型。</translation>
    </message>
    <message>
        <source>This is not a model.</source>
        <translation>这不是模型。</translation>
    </message>
    <message>
        <source>Choose a .strata or a .gguf file.</source>
        <translation>请选择 .strata 或 .gguf 文件。</translation>
    </message>
    <message>
        <source>“%1” is incomplete: its end is missing.</source>
        <translation>“%1”不完整：缺少末尾部分。</translation>
    </message>
    <message>
        <source>The file is incomplete: its end is missing.</source>
        <translation>文件不完整：缺少末尾部分。</translation>
    </message>
    <message>
        <source>Wait until it has been copied, or download or copy it again.</source>
        <translation>请等它复制完成，或重新下载或复制。</translation>
    </message>
    <message>
        <source>“%1” is damaged and cannot be used.</source>
        <translation>“%1”已损坏，无法使用。</translation>
    </message>
    <message>
        <source>The file is damaged and cannot be used.</source>
        <translation>文件已损坏，无法使用。</translation>
    </message>
    <message>
        <source>Download, copy or compress it again.</source>
        <translation>请重新下载、复制或压缩。</translation>
    </message>
    <message>
        <source>“%1” has changed since it was made: its checksum is wrong.</source>
        <translation>“%1”在生成后发生了变化：校验和不符。</translation>
    </message>
    <message>
        <source>The data has changed since it was made: its checksum is wrong.</source>
        <translation>数据在生成后发生了变化：校验和不符。</translation>
    </message>
    <message>
        <source>Download, copy or compress it again; if that does not help, check the disk.</source>
        <translation>请重新下载、复制或压缩；如果仍不行，请检查磁盘。</translation>
    </message>
    <message>
        <source>This version of Strata cannot use “%1”.</source>
        <translation>此版本的 Strata 无法使用“%1”。</translation>
    </message>
    <message>
        <source>This version of Strata cannot do that.</source>
        <translation>此版本的 Strata 无法做到。</translation>
    </message>
    <message>
        <source>Choose another model, or update Strata; the details say what it lacks.</source>
        <translation>请选择其他模型，或更新 Strata；详细信息中说明了缺少什么。</translation>
    </message>
    <message>
        <source>“%1” cannot run in so little memory.</source>
        <translation>“%1”无法在这么少的内存中运行。</translation>
    </message>
    <message>
        <source>The model cannot run in so little memory.</source>
        <translation>模型无法在这么少的内存中运行。</translation>
    </message>
    <message>
        <source>Move the memory slider up, or choose a smaller model.</source>
        <translation>请调高内存滑块，或选择更小的模型。</translation>
    </message>
    <message>
        <source>The conversation is longer than “%1” can read.</source>
        <translation>对话长度超出了“%1”能阅读的范围。</translation>
    </message>
    <message>
        <source>The conversation is longer than the model can read; all of it is kept.</source>
        <translation>对话长度超出了模型能阅读的范围；全部内容都会保留。</translation>
    </message>
    <message>
        <source>Start a new chat, or choose another overflow policy or a longer context.</source>
        <translation>请开始新对话，或更改上下文已满时的处理方式，或使用更长的上下文。</translation>
    </message>
    <message>
        <source>The chat template in “%1” does not work.</source>
        <translation>“%1”中的对话模板无法使用。</translation>
    </message>
    <message>
        <source>The model&apos;s chat template does not work with this conversation.</source>
        <translation>模型的对话模板不适用于此对话。</translation>
    </message>
    <message>
        <source>Try without a system prompt, or choose another model.</source>
        <translation>请尝试去掉系统提示词，或选择其他模型。</translation>
    </message>
    <message>
        <source>“%1” was cancelled; what was done so far is kept.</source>
        <translation>“%1”已取消；已完成的部分会保留。</translation>
    </message>
    <message>
        <source>This was cancelled; what was done so far is kept.</source>
        <translation>已取消；已完成的部分会保留。</translation>
    </message>
</context>
<context>
    <name>QAbstractSpinBox</name>
    <message>
        <source>&amp;Step up</source>
        <translation>增加(&amp;S)</translation>
    </message>
    <message>
        <source>Step &amp;down</source>
        <translation>减少(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Select All</source>
        <translation>全选(&amp;S)</translation>
    </message>
</context>
<context>
    <name>QKeySequenceEdit</name>
    <message>
        <source>Press shortcut</source>
        <translation>请按快捷键</translation>
    </message>
    <message>
        <source>%1, ...</source>
        <translation>%1, ...</translation>
    </message>
</context>
<context>
    <name>QLineEdit</name>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>Cu&amp;t</source>
        <translation>剪切(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>粘贴(&amp;P)</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Select All</source>
        <translation>全选</translation>
    </message>
</context>
<context>
    <name>QPlatformTheme</name>
    <message>
        <source>OK</source>
        <translation>确定</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>&amp;Yes</source>
        <translation>是(&amp;Y)</translation>
    </message>
    <message>
        <source>&amp;No</source>
        <translation>否(&amp;N)</translation>
    </message>
</context>
<context>
    <name>QShortcut</name>
    <message>
        <source>Ctrl</source>
        <translation>Ctrl</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>Shift</translation>
    </message>
    <message>
        <source>Alt</source>
        <translation>Alt</translation>
    </message>
    <message>
        <source>Meta</source>
        <translation>Meta</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Return</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Tab</source>
        <translation>Tab</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>空格</translation>
    </message>
    <message>
        <source>Backspace</source>
        <translation>Backspace</translation>
    </message>
    <message>
        <source>Ins</source>
        <translation>Ins</translation>
    </message>
    <message>
        <source>Del</source>
        <translation>Del</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Home</translation>
    </message>
    <message>
        <source>End</source>
        <translation>End</translation>
    </message>
    <message>
        <source>PgUp</source>
        <translation>PgUp</translation>
    </message>
    <message>
        <source>PgDown</source>
        <translation>PgDn</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>←</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>↑</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>→</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>↓</translation>
    </message>
</context>
<context>
    <name>QWidgetTextControl</name>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>Cu&amp;t</source>
        <translation>剪切(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>粘贴(&amp;P)</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Select All</source>
        <translation>全选</translation>
    </message>
</context>
<context>
    <name>RoughTime</name>
    <message>
        <source>less than a minute</source>
        <translation>不到一分钟</translation>
    </message>
    <message>
        <source>about a minute</source>
        <translation>约一分钟</translation>
    </message>
    <message>
        <source>about %1 minutes</source>
        <translation>约 %1 分钟</translation>
    </message>
    <message>
        <source>about %1 hours</source>
        <translation>约 %1 小时</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Search all chats</source>
        <translation>搜索所有对话</translation>
    </message>
    <message>
        <source>Find in this chat</source>
        <translation>在此对话中查找</translation>
    </message>
    <message>
        <source>Send the message</source>
        <translation>发送消息</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>停止回答</translation>
    </message>
    <message>
        <source>Edit your last message</source>
        <translation>编辑您的上一条消息</translation>
    </message>
    <message>
        <source>Show or hide the memory panel</source>
        <translation>显示或隐藏内存面板</translation>
    </message>
    <message>
        <source>Yield memory, or take it back</source>
        <translation>让出或收回内存</translation>
    </message>
    <message>
        <source>Show or hide the list of chats</source>
        <translation>显示或隐藏对话列表</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Next column</source>
        <translation>下一栏</translation>
    </message>
    <message>
        <source>Previous column</source>
        <translation>上一栏</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
</context>
<context>
    <name>StackSummary</name>
    <message>
        <source>“%1” is empty (0 bytes).</source>
        <translation>“%1”是空文件（0 字节）。</translation>
    </message>
    <message>
        <source>Download, copy or compress it again.</source>
        <translation>请重新下载、复制或压缩。</translation>
    </message>
    <message>
        <source>“%1” was made by a newer version of Strata.</source>
        <translation>“%1”由更新版本的 Strata 生成。</translation>
    </message>
    <message>
        <source>Update Strata to use it; the file is fine.</source>
        <translation>请更新 Strata 后使用；文件本身没有问题。</translation>
    </message>
    <message>
        <source>“%1” is a model that was not compressed yet.</source>
        <translation>“%1”是尚未压缩的模型。</translation>
    </message>
    <message>
        <source>Drop it on the window to compress it.</source>
        <translation>将它拖到窗口上即可压缩。</translation>
    </message>
</context>
<context>
    <name>StoreProblem</name>
    <message>
        <source>Your conversations cannot be opened.</source>
        <translation>无法打开您的对话。</translation>
    </message>
    <message>
        <source>Check that the folder is there and that you may read and write it.</source>
        <translation>请确认该文件夹存在，并且您有读写权限。</translation>
    </message>
    <message>
        <source>The folder with your conversations cannot be written.</source>
        <translation>无法写入保存对话的文件夹。</translation>
    </message>
    <message>
        <source>Check its permissions; what is stored already is safe.</source>
        <translation>请检查其权限；已保存的内容是安全的。</translation>
    </message>
    <message>
        <source>Another program is holding your conversations.</source>
        <translation>另一个程序正在占用您的对话。</translation>
    </message>
    <message>
        <source>Close the other window or wait for it, then try again; nothing was lost.</source>
        <translation>请关闭另一个窗口或等待它完成，然后重试；没有丢失任何内容。</translation>
    </message>
    <message>
        <source>The file with your conversations is damaged.</source>
        <translation>保存对话的文件已损坏。</translation>
    </message>
    <message>
        <source>Start Strata again: the file is put aside, not deleted, and a new one begun.</source>
        <translation>请重新启动 Strata：该文件会被移到一旁（不会删除），并新建一个。</translation>
    </message>
    <message>
        <source>The search index is damaged.</source>
        <translation>搜索索引已损坏。</translation>
    </message>
    <message>
        <source>Start Strata again; your conversations are safe.</source>
        <translation>请重新启动 Strata；您的对话是安全的。</translation>
    </message>
    <message>
        <source>The file that should hold your conversations belongs to another program.</source>
        <translation>本应保存对话的文件属于另一个程序。</translation>
    </message>
    <message>
        <source>Move that file away; it was not changed.</source>
        <translation>请移走该文件；它没有被更改。</translation>
    </message>
    <message>
        <source>Your conversations were written by a newer version of Strata.</source>
        <translation>您的对话由更新版本的 Strata 写入。</translation>
    </message>
    <message>
        <source>Update Strata to open them; the file was not changed.</source>
        <translation>请更新 Strata 后打开；文件未被更改。</translation>
    </message>
    <message>
        <source>The disk is full: the last change was not saved.</source>
        <translation>磁盘已满：最后一次更改未保存。</translation>
    </message>
    <message>
        <source>Free some space; everything saved before is safe.</source>
        <translation>请腾出一些空间；之前保存的内容都是安全的。</translation>
    </message>
    <message>
        <source>What was to be changed is not there any more.</source>
        <translation>要更改的内容已不存在。</translation>
    </message>
    <message>
        <source>It may have been removed in another window.</source>
        <translation>可能已在另一个窗口中移除。</translation>
    </message>
    <message>
        <source>The last change could not be saved.</source>
        <translation>无法保存最后一次更改。</translation>
    </message>
    <message>
        <source>Try again; everything saved before is safe.</source>
        <translation>请重试；之前保存的内容都是安全的。</translation>
    </message>
    <message>
        <source>The file with your conversations was damaged; Strata has begun a new one.</source>
        <translation>保存对话的文件已损坏；Strata 已新建一个。</translation>
    </message>
    <message>
        <source>The damaged file was kept as %1.</source>
        <translation>损坏的文件已保留为 %1。</translation>
    </message>
</context>
<context>
    <name>strata::app::Application</name>
    <message>
        <source>%1 was removed from the library</source>
        <translation>%1 已从模型库中移除</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Rename the model</source>
        <translation>重命名模型</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Add models</source>
        <translation>添加模型</translation>
    </message>
    <message>
        <source>Models (*.strata *.gguf);;All files (*)</source>
        <translation>模型 (*.strata *.gguf);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Add a model&apos;s folder</source>
        <translation>添加模型的文件夹</translation>
    </message>
    <message>
        <source>The chat was written to %1</source>
        <translation>对话已写入 %1</translation>
    </message>
    <message>
        <source>Eject</source>
        <translation>卸载</translation>
    </message>
    <message>
        <source>All models…</source>
        <translation>所有模型…</translation>
    </message>
    <message>
        <source>%1 is ready</source>
        <translation>%1 已就绪</translation>
    </message>
    <message>
        <source>It was compressed, and can be talked to.</source>
        <translation>它已压缩完成，可以开始对话。</translation>
    </message>
    <message>
        <source>Chat now</source>
        <translation>开始对话</translation>
    </message>
    <message>
        <source>%1 could not be compressed</source>
        <translation>无法压缩 %1</translation>
    </message>
</context>
<context>
    <name>strata::app::CompressWiring</name>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Compress %1</source>
        <translation>压缩 %1</translation>
    </message>
    <message>
        <source>Paused at %1</source>
        <translation>已暂停于 %1</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>Compressing %1: %2</source>
        <translation>正在压缩 %1：%2</translation>
    </message>
</context>
<context>
    <name>strata::app::DesktopNotice</name>
    <message>
        <source>Show Strata</source>
        <translation>显示 Strata</translation>
    </message>
</context>
<context>
    <name>strata::app::DeviceWiring</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Strata ended unexpectedly while it looked for graphics devices or began to use one.</source>
        <translation>Strata 在查找图形设备或刚开始使用图形设备时意外退出。</translation>
    </message>
    <message>
        <source>The processor computes from now on. Update the driver, then choose the device again.</source>
        <translation>从现在起由处理器计算。请更新驱动程序，然后重新选择该设备。</translation>
    </message>
</context>
<context>
    <name>strata::app::FolderWiring</name>
    <message>
        <source>Folder for models</source>
        <translation>模型文件夹</translation>
    </message>
    <message>
        <source>Move the models to the new folder?</source>
        <translation>要将模型移到新文件夹吗？</translation>
    </message>
    <message numerus="yes">
        <source>%n model(s), %1, lie in the former folder. Those that stay there are listed as before.</source>
        <translation>
            <numerusform>原文件夹中有 %n 个模型（%1）。留在那里的模型会照常列出。</numerusform>
        </translation>
    </message>
    <message>
        <source>Move them</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>Leave them there</source>
        <translation>留在原处</translation>
    </message>
    <message>
        <source>Moving models</source>
        <translation>正在移动模型</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message numerus="yes">
        <source>%n model(s) moved to the new folder</source>
        <translation>
            <numerusform>已将 %n 个模型移到新文件夹</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>strata::app::SampleWiring</name>
    <message>
        <source>%1 %2 to download, %3, from %4</source>
        <translation>%1需下载 %2，%3，来自 %4</translation>
    </message>
    <message>
        <source>%1 It is on this computer already; %2.</source>
        <translation>%1已在这台电脑上；%2。</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Compress</source>
        <translation>压缩</translation>
    </message>
    <message>
        <source>%1 of %2  ·  %3</source>
        <translation>%1 / %2  ·  %3</translation>
    </message>
</context>
<context>
    <name>strata::app::Tray</name>
    <message>
        <source>Show Strata</source>
        <translation>显示 Strata</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Take memory back</source>
        <translation>收回内存</translation>
    </message>
    <message>
        <source>Yield memory</source>
        <translation>让出内存</translation>
    </message>
    <message>
        <source>Strata: %1 of %2 MB</source>
        <translation>Strata：%1 / %2 MB</translation>
    </message>
    <message>
        <source>Strata</source>
        <translation>Strata</translation>
    </message>
</context>
<context>
    <name>strata::ui::ChatPage</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>How answers are written</source>
        <translation>回答的生成方式</translation>
    </message>
    <message>
        <source>This conversation</source>
        <translation>此对话</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>跳到末尾</translation>
    </message>
    <message>
        <source>Message deleted, with all that followed it.</source>
        <translation>消息及其后的所有内容已删除。</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>选择模型</translation>
    </message>
    <message>
        <source>Waiting for the model to load…</source>
        <translation>正在等待模型加载…</translation>
    </message>
    <message>
        <source>Waiting for a model: choose one at the top of the window</source>
        <translation>正在等待模型：请在窗口顶部选择一个</translation>
    </message>
    <message>
        <source>Reading the conversation… %1 %</source>
        <translation>正在阅读对话… %1%</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在阅读…</translation>
    </message>
    <message>
        <source>Find in this conversation…</source>
        <translation>在此对话中查找…</translation>
    </message>
    <message>
        <source>How answers are written…</source>
        <translation>回答的生成方式…</translation>
    </message>
    <message>
        <source>Before the next answer, read the conversation anew</source>
        <translation>下次回答前重新阅读对话</translation>
    </message>
    <message>
        <source>What was read with less memory is then read again, with the quality of that time</source>
        <translation>之前用较少内存读过的内容会以届时的质量重新阅读</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>重命名…</translation>
    </message>
    <message>
        <source>Export as Markdown…</source>
        <translation>导出为 Markdown…</translation>
    </message>
    <message>
        <source>Export as JSON…</source>
        <translation>导出为 JSON…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Deleted %1 times; the last one comes back first.</source>
        <translation>已删除 %1 次；最后删除的最先恢复。</translation>
    </message>
    <message>
        <source>Held while its memory is yielded; take it back to go on</source>
        <translation>内存已让出，回答暂停；收回内存即可继续</translation>
    </message>
</context>
<context>
    <name>strata::ui::ChatView</name>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>You</source>
        <translation>您</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>复制为 Markdown</translation>
    </message>
    <message>
        <source>Copy message as Markdown</source>
        <translation>将消息复制为 Markdown</translation>
    </message>
    <message>
        <source>Write another answer</source>
        <translation>重新生成回答</translation>
    </message>
    <message>
        <source>Edit as a new version</source>
        <translation>编辑为新版本</translation>
    </message>
    <message>
        <source>Continue this answer</source>
        <translation>继续此回答</translation>
    </message>
    <message>
        <source>Previous version</source>
        <translation>上一版本</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>下一版本</translation>
    </message>
    <message>
        <source>Delete with all that follows</source>
        <translation>连同之后的内容一起删除</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>复制代码</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>思考过程</translation>
    </message>
    <message>
        <source>Show or hide what the model thought before it answered</source>
        <translation>显示或隐藏模型回答前的思考内容</translation>
    </message>
    <message>
        <source>Show thinking</source>
        <translation>显示思考过程</translation>
    </message>
</context>
<context>
    <name>strata::ui::ChoicesPage</name>
    <message>
        <source>How good may it become?</source>
        <translation>希望达到多高的质量？</translation>
    </message>
    <message>
        <source>Whatever you choose, the model can later run in less. These defaults suit most.</source>
        <translation>无论如何选择，模型以后都可以用更少的内存运行。默认值适合大多数情况。</translation>
    </message>
    <message>
        <source>Learn from</source>
        <translation>学习文本</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>另存为</translation>
    </message>
    <message>
        <source>Compress</source>
        <translation>压缩</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Text to learn from</source>
        <translation>用来学习的文本</translation>
    </message>
    <message>
        <source>The built-in text</source>
        <translation>内置文本</translation>
    </message>
    <message>
        <source>A text file of mine…</source>
        <translation>我的文本文件…</translation>
    </message>
    <message>
        <source>Choose a text</source>
        <translation>选择文本</translation>
    </message>
    <message>
        <source>Texts (*.txt *.md);;All files (*)</source>
        <translation>文本 (*.txt *.md);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Save the compressed model</source>
        <translation>保存压缩后的模型</translation>
    </message>
    <message>
        <source>Stacks (*.strata)</source>
        <translation>压缩模型 (*.strata)</translation>
    </message>
    <message>
        <source>This will take</source>
        <translation>预计需要</translation>
    </message>
    <message>
        <source>computing…</source>
        <translation>正在计算…</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Size of the result</source>
        <translation>结果大小</translation>
    </message>
    <message>
        <source>Disk while it runs</source>
        <translation>运行时占用磁盘</translation>
    </message>
    <message>
        <source>%1 of %2 that are free</source>
        <translation>%1（可用 %2）</translation>
    </message>
    <message>
        <source>Memory while it runs</source>
        <translation>运行时占用内存</translation>
    </message>
    <message>
        <source>This disk has too little room: free %1, or save it on another disk.</source>
        <translation>此磁盘空间不足：请腾出 %1，或保存到其他磁盘。</translation>
    </message>
    <message>
        <source>%1, and only %2 are free</source>
        <translation>%1，而仅有 %2 可用</translation>
    </message>
    <message>
        <source>Effort</source>
        <translation>力度</translation>
    </message>
    <message>
        <source>Best, with the fewest errors</source>
        <translation>最佳，误差最少</translation>
    </message>
    <message>
        <source>Quick, with more errors at every size</source>
        <translation>快速，各种大小下误差都更多</translation>
    </message>
    <message>
        <source>Take over a checkpoint</source>
        <translation>接收检查点</translation>
    </message>
    <message>
        <source>Its blocks are taken over as they are, so there is no quality to choose.</source>
        <translation>其中的块将原样接收，因此无需选择质量。</translation>
    </message>
</context>
<context>
    <name>strata::ui::Composer</name>
    <message>
        <source>Message…</source>
        <translation>输入消息…</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Editing: what you send becomes a new version; the old one stays.</source>
        <translation>编辑中：发送后成为新版本，旧版本会保留。</translation>
    </message>
    <message>
        <source>Keep the message as it is</source>
        <translation>保持消息不变</translation>
    </message>
    <message>
        <source>Queued, sent after this answer: %1</source>
        <translation>排队中，此回答结束后发送：%1</translation>
    </message>
    <message>
        <source>Do not send the queued message</source>
        <translation>不发送排队的消息</translation>
    </message>
</context>
<context>
    <name>strata::ui::ComposerEdit</name>
    <message>
        <source>The text is too long to send (%1). Nothing was pasted; paste the part that matters.</source>
        <translation>文本太长，无法发送（%1）。未粘贴任何内容；请只粘贴重要的部分。</translation>
    </message>
    <message>
        <source>This is not text but binary data. Nothing was pasted.</source>
        <translation>这不是文本，而是二进制数据。未粘贴任何内容。</translation>
    </message>
</context>
<context>
    <name>strata::ui::CompressWizard</name>
    <message>
        <source>Compress a model</source>
        <translation>压缩模型</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Chat now</source>
        <translation>开始对话</translation>
    </message>
</context>
<context>
    <name>strata::ui::ContextMeter</name>
    <message>
        <source>Context: %1 of %2 tokens</source>
        <translation>上下文：%1 / %2 词元</translation>
    </message>
    <message>
        <source>Context %1 %</source>
        <translation>上下文 %1%</translation>
    </message>
</context>
<context>
    <name>strata::ui::ConversationList</name>
    <message>
        <source>“%1” could not be imported.</source>
        <translation>无法导入“%1”。</translation>
    </message>
    <message>
        <source>Choose a conversation that Strata has exported as JSON. Nothing was changed.</source>
        <translation>请选择 Strata 导出的 JSON 对话。未做任何更改。</translation>
    </message>
    <message>
        <source>Export conversation</source>
        <translation>导出对话</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>Markdown (*.md)</source>
        <translation>Markdown (*.md)</translation>
    </message>
    <message>
        <source>Import conversation</source>
        <translation>导入对话</translation>
    </message>
    <message>
        <source>Conversation (*.json)</source>
        <translation>对话 (*.json)</translation>
    </message>
    <message>
        <source>The conversation could not be written to “%1”.</source>
        <translation>无法将对话写入“%1”。</translation>
    </message>
    <message>
        <source>Choose another folder, or free some space. The conversation itself is safe.</source>
        <translation>请选择其他文件夹，或腾出一些空间。对话本身是安全的。</translation>
    </message>
    <message>
        <source>The file is too large for a conversation.</source>
        <translation>文件太大，不会是一个对话。</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Import a conversation</source>
        <translation>导入对话</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>搜索全部内容</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Search results</source>
        <translation>搜索结果</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Nothing found for “%1”.</source>
        <translation>未找到“%1”。</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>重命名…</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>取消置顶</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>置顶</translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation>移到文件夹</translation>
    </message>
    <message>
        <source>No folder</source>
        <translation>无文件夹</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>新建文件夹…</translation>
    </message>
    <message>
        <source>Export as Markdown…</source>
        <translation>导出为 Markdown…</translation>
    </message>
    <message>
        <source>Export as JSON…</source>
        <translation>导出为 JSON…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Rename conversation</source>
        <translation>重命名对话</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>新建文件夹</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>无标题</translation>
    </message>
    <message>
        <source>“%1” deleted.</source>
        <translation>“%1”已删除。</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
</context>
<context>
    <name>strata::ui::DeviceBar</name>
    <message>
        <source>Memory of the graphics device</source>
        <translation>图形设备的内存</translation>
    </message>
    <message>
        <source>The model holds %1 of the %2 of %3</source>
        <translation>模型占用 %3 的 %2 中的 %1</translation>
    </message>
</context>
<context>
    <name>strata::ui::DeviceRow</name>
    <message>
        <source>graphics card</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>graphics of the processor</source>
        <translation>处理器的图形单元</translation>
    </message>
    <message>
        <source>graphics device of a virtual machine</source>
        <translation>虚拟机的图形设备</translation>
    </message>
    <message>
        <source>software, for tests: slower than the processor itself</source>
        <translation>软件实现，供测试用：比处理器本身更慢</translation>
    </message>
    <message>
        <source>device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>cannot be used: %1</source>
        <translation>无法使用：%1</translation>
    </message>
    <message>
        <source>%1 of its own, %2 of it free</source>
        <translation>自有内存 %1，其中 %2 可用</translation>
    </message>
    <message>
        <source>works in the computer&apos;s memory</source>
        <translation>使用计算机的内存</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>driver</source>
        <translation>驱动程序</translation>
    </message>
    <message>
        <source>memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>%1, %2 of it free for this program</source>
        <translation>%1，其中 %2 可供本程序使用</translation>
    </message>
    <message>
        <source>found</source>
        <translation>已找到</translation>
    </message>
    <message>
        <source>not found</source>
        <translation>未找到</translation>
    </message>
    <message>
        <source>all that is free</source>
        <translation>全部可用内存</translation>
    </message>
    <message>
        <source> GB</source>
        <translation> GB</translation>
    </message>
    <message>
        <source>The most memory to take of %1, in gigabytes</source>
        <translation>最多占用 %1 的内存（GB）</translation>
    </message>
    <message>
        <source>What does not fit there, the processor computes in the computer&apos;s memory</source>
        <translation>放不下的部分由处理器在计算机内存中计算</translation>
    </message>
    <message>
        <source>Take at most</source>
        <translation>最多占用</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>Details of %1</source>
        <translation>%1 的详细信息</translation>
    </message>
    <message>
        <source>shown</source>
        <translation>已显示</translation>
    </message>
    <message>
        <source>hidden</source>
        <translation>已隐藏</translation>
    </message>
</context>
<context>
    <name>strata::ui::DeviceSection</name>
    <message>
        <source>Another choice holds at once: the model is loaded again, and the chat goes on.</source>
        <translation>更改立即生效：模型会重新加载，对话继续进行。</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>not there now: the processor computes instead</source>
        <translation>现在不在：改由处理器计算</translation>
    </message>
    <message>
        <source>Looking for devices…</source>
        <translation>正在查找设备…</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>重新检测</translation>
    </message>
    <message>
        <source>now the processor: there is no graphics device that would be faster</source>
        <translation>目前是处理器：没有更快的图形设备</translation>
    </message>
    <message>
        <source>now %1</source>
        <translation>目前是 %1</translation>
    </message>
    <message>
        <source>The processor computes.</source>
        <translation>由处理器计算。</translation>
    </message>
    <message>
        <source>This build of Strata has no support for graphics devices: the processor computes.</source>
        <translation>此版本的 Strata 不支持图形设备：由处理器计算。</translation>
    </message>
    <message>
        <source>No graphics device with Vulkan was found: the processor computes.</source>
        <translation>未找到支持 Vulkan 的图形设备：由处理器计算。</translation>
    </message>
    <message>
        <source>The graphics driver does not answer: the processor computes. Restarting the computer may help.</source>
        <translation>图形驱动程序没有响应：由处理器计算。重新启动计算机可能有帮助。</translation>
    </message>
</context>
<context>
    <name>strata::ui::DropOverlay</name>
    <message numerus="yes">
        <source>Add %n file(s)</source>
        <translation>
            <numerusform>添加 %n 个文件</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>strata::ui::DropZone</name>
    <message>
        <source>Drop a model here</source>
        <translation>将模型拖到这里</translation>
    </message>
    <message>
        <source>Drop a model here, or choose a file</source>
        <translation>将模型拖到这里，或选择文件</translation>
    </message>
    <message>
        <source>a GGUF file, a Hugging Face folder or a .strata file</source>
        <translation>GGUF 文件、Hugging Face 文件夹或 .strata 文件</translation>
    </message>
    <message>
        <source>or click to choose one</source>
        <translation>或点击选择</translation>
    </message>
</context>
<context>
    <name>strata::ui::EmptyChat</name>
    <message>
        <source>What would you like to know?</source>
        <translation>您想了解什么？</translation>
    </message>
    <message>
        <source>The slider decides how much memory the model may use. Move it at any time, also while it answers: more memory, better answers.</source>
        <translation>滑块决定模型可以使用多少内存。您可以随时移动它，回答过程中也可以：内存越多，回答越好。</translation>
    </message>
    <message>
        <source>Explain how tides work, in simple words</source>
        <translation>用简单的话解释潮汐是怎么形成的</translation>
    </message>
    <message>
        <source>Write a Python function that counts words</source>
        <translation>写一个统计单词数的 Python 函数</translation>
    </message>
    <message>
        <source>Suggest a plan for a rainy weekend</source>
        <translation>为下雨的周末想一个计划</translation>
    </message>
    <message>
        <source>Make this text shorter and clearer: </source>
        <translation>把这段文字改得更短更清楚： </translation>
    </message>
</context>
<context>
    <name>strata::ui::EngineController</name>
    <message>
        <source>No model is loaded; your message is kept.</source>
        <translation>没有加载模型；您的消息会保留。</translation>
    </message>
    <message>
        <source>Choose a model at the top of the window, then send it again.</source>
        <translation>请在窗口顶部选择一个模型，然后重新发送。</translation>
    </message>
</context>
<context>
    <name>strata::ui::ErrorPlot</name>
    <message>
        <source>Error by layer</source>
        <translation>各层误差</translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s), the last with an error of %1 %</source>
        <translation>
            <numerusform>%n 层，最后一层误差为 %1%</numerusform>
        </translation>
    </message>
    <message>
        <source>Error by layer: the first one is under way</source>
        <translation>各层误差：第一层正在处理</translation>
    </message>
    <message>
        <source>Error by layer, up to %1 %</source>
        <translation>各层误差，最高 %1%</translation>
    </message>
</context>
<context>
    <name>strata::ui::FindBar</name>
    <message>
        <source>Find in this conversation</source>
        <translation>在此对话中查找</translation>
    </message>
    <message>
        <source>Previous place</source>
        <translation>上一处</translation>
    </message>
    <message>
        <source>Next place</source>
        <translation>下一处</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>未找到</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
</context>
<context>
    <name>strata::ui::JobsPanel</name>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Cancel: %1</source>
        <translation>取消：%1</translation>
    </message>
</context>
<context>
    <name>strata::ui::LibraryPage</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Drop a GGUF file, a Hugging Face folder or a .strata file anywhere on this window.</source>
        <translation>将 GGUF 文件、Hugging Face 文件夹或 .strata 文件拖到此窗口的任意位置。</translation>
    </message>
    <message>
        <source>Add a model…</source>
        <translation>添加模型…</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Open files…</source>
        <translation>打开文件…</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>打开文件夹…</translation>
    </message>
</context>
<context>
    <name>strata::ui::MainWindow</name>
    <message>
        <source>Strata</source>
        <translation>Strata</translation>
    </message>
    <message>
        <source>Show the list of chats</source>
        <translation>显示对话列表</translation>
    </message>
    <message>
        <source>Start a new chat</source>
        <translation>开始新对话</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>strata::ui::MemoryBar</name>
    <message>
        <source>Memory in use</source>
        <translation>已用内存</translation>
    </message>
    <message>
        <source>weights %1, context %2, scratch %3</source>
        <translation>权重 %1，上下文 %2，计算缓冲 %3</translation>
    </message>
    <message>
        <source>Weights: %1</source>
        <translation>权重：%1</translation>
    </message>
    <message>
        <source>Context (what the model remembers of the chat): %1</source>
        <translation>上下文（模型记住的对话内容）：%1</translation>
    </message>
    <message>
        <source>Scratch (room to compute in): %1</source>
        <translation>计算缓冲（计算用的空间）：%1</translation>
    </message>
    <message>
        <source>On its way from the disk</source>
        <translation>正在从磁盘读取</translation>
    </message>
    <message>
        <source>Not loaded</source>
        <translation>未加载</translation>
    </message>
</context>
<context>
    <name>strata::ui::MemoryGuard</name>
    <message>
        <source>Went to %1: other programs need memory.</source>
        <translation>已调到 %1：其他程序需要内存。</translation>
    </message>
    <message>
        <source>Went to %1: the limit set for this program leaves no more.</source>
        <translation>已调到 %1：此程序的限额不允许更多。</translation>
    </message>
    <message>
        <source>Went to %1: programs were waiting for memory.</source>
        <translation>已调到 %1：有程序在等待内存。</translation>
    </message>
    <message>
        <source>Went to %1: there is room again.</source>
        <translation>已调到 %1：又有空间了。</translation>
    </message>
    <message>
        <source>May take %1 there: the device has room again.</source>
        <translation>可在设备上占用 %1：设备又有空间了。</translation>
    </message>
    <message>
        <source>May take %1 there: other programs need the device&apos;s memory.</source>
        <translation>可在设备上占用 %1：其他程序需要设备的内存。</translation>
    </message>
    <message>
        <source>May take %1 there: the device has room for no more.</source>
        <translation>可在设备上占用 %1：设备没有更多空间了。</translation>
    </message>
</context>
<context>
    <name>strata::ui::MemoryPanel</name>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Hide the memory panel</source>
        <translation>隐藏内存面板</translation>
    </message>
    <message>
        <source>Memory in megabytes</source>
        <translation>内存（兆字节）</translation>
    </message>
    <message>
        <source> MB</source>
        <translation> MB</translation>
    </message>
    <message>
        <source>From the answers of this session</source>
        <translation>根据本次会话的回答得出</translation>
    </message>
    <message>
        <source>Fixed</source>
        <translation>固定</translation>
    </message>
    <message>
        <source>The model keeps what the slider says</source>
        <translation>模型保持滑块设定的内存</translation>
    </message>
    <message>
        <source>Leave free</source>
        <translation>预留空闲</translation>
    </message>
    <message>
        <source>The model gives memory back when other programs need it, and takes it again later</source>
        <translation>其他程序需要时，模型会归还内存，之后再取回</translation>
    </message>
    <message>
        <source>Memory to leave free, in gigabytes</source>
        <translation>预留的空闲内存（吉字节）</translation>
    </message>
    <message>
        <source> GB</source>
        <translation> GB</translation>
    </message>
    <message>
        <source>%1 free on this computer</source>
        <translation>这台电脑还有 %1 可用</translation>
    </message>
    <message>
        <source>No model is loaded. Its memory is chosen here, also while it answers.</source>
        <translation>没有加载模型。可在此选择它使用的内存，回答过程中也可以。</translation>
    </message>
    <message>
        <source>MB of %1</source>
        <translation>MB / %1</translation>
    </message>
    <message>
        <source>%1 · loading</source>
        <translation>%1 · 正在加载</translation>
    </message>
    <message>
        <source>quality unknown</source>
        <translation>质量未知</translation>
    </message>
    <message>
        <source>Take memory back</source>
        <translation>收回内存</translation>
    </message>
    <message>
        <source>Yield memory</source>
        <translation>让出内存</translation>
    </message>
    <message>
        <source>weights %1</source>
        <translation>权重 %1</translation>
    </message>
    <message>
        <source>context %1</source>
        <translation>上下文 %1</translation>
    </message>
    <message>
        <source>scratch %1</source>
        <translation>计算缓冲 %1</translation>
    </message>
    <message>
        <source>Load the blocks again and go on</source>
        <translation>重新加载权重并继续</translation>
    </message>
    <message>
        <source>Give almost all of it to other programs at once</source>
        <translation>立即把几乎全部内存让给其他程序</translation>
    </message>
    <message>
        <source>The processor computes</source>
        <translation>由处理器计算</translation>
    </message>
    <message>
        <source>%1 computes</source>
        <translation>由 %1 计算</translation>
    </message>
    <message>
        <source>%1 computes, with %2 of its %3</source>
        <translation>由 %1 计算，占用其 %3 中的 %2</translation>
    </message>
</context>
<context>
    <name>strata::ui::MemorySlider</name>
    <message>
        <source>Memory for the model</source>
        <translation>模型使用的内存</translation>
    </message>
    <message>
        <source>Drag to give the model more or less memory; it goes on answering</source>
        <translation>拖动以增减模型的内存；回答会继续</translation>
    </message>
    <message>
        <source>%1 MB: %2
%3</source>
        <translation>%1 MB：%2
%3</translation>
    </message>
</context>
<context>
    <name>strata::ui::MemoryStrip</name>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Show the memory panel</source>
        <translation>显示内存面板</translation>
    </message>
    <message>
        <source>%1 of %2 MB</source>
        <translation>%1 / %2 MB</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>无模型</translation>
    </message>
    <message>
        <source>Take memory back</source>
        <translation>收回内存</translation>
    </message>
    <message>
        <source>Yield memory</source>
        <translation>让出内存</translation>
    </message>
</context>
<context>
    <name>strata::ui::MessageBar</name>
    <message>
        <source>%1 MB</source>
        <translation>%1 MB</translation>
    </message>
    <message>
        <source>%1 GB</source>
        <translation>%1 GB</translation>
    </message>
    <message>
        <source>%1 tok/s</source>
        <translation>%1 词元/秒</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message numerus="yes">
        <source>%n token(s), %1 each second</source>
        <translation>
            <numerusform>%n 个词元，每秒 %1 个</numerusform>
        </translation>
    </message>
    <message>
        <source>First word after %1 s</source>
        <translation>%1 秒后出现第一个词</translation>
    </message>
    <message>
        <source>Held %1 of memory</source>
        <translation>占用内存 %1</translation>
    </message>
    <message>
        <source>Previous version</source>
        <translation>上一版本</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>下一版本</translation>
    </message>
    <message>
        <source>Copy message</source>
        <translation>复制消息</translation>
    </message>
    <message>
        <source>Write another answer</source>
        <translation>重新生成回答</translation>
    </message>
    <message>
        <source>Continue this answer</source>
        <translation>继续此回答</translation>
    </message>
    <message>
        <source>Edit as a new version</source>
        <translation>编辑为新版本</translation>
    </message>
    <message>
        <source>Delete with all that follows</source>
        <translation>连同之后的内容一起删除</translation>
    </message>
    <message>
        <source>%1/%2</source>
        <translation>%1/%2</translation>
    </message>
    <message>
        <source>Version %1 of %2</source>
        <translation>第 %1 个版本，共 %2 个</translation>
    </message>
</context>
<context>
    <name>strata::ui::ModelCard</name>
    <message>
        <source>not used yet</source>
        <translation>尚未使用</translation>
    </message>
    <message>
        <source>used today</source>
        <translation>今天用过</translation>
    </message>
    <message>
        <source>used yesterday</source>
        <translation>昨天用过</translation>
    </message>
    <message>
        <source>used on %1</source>
        <translation>%1 用过</translation>
    </message>
    <message>
        <source>Eject</source>
        <translation>卸载</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>重命名…</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Remove from the library</source>
        <translation>从模型库中移除</translation>
    </message>
    <message>
        <source>%1 parameters</source>
        <translation>%1 参数</translation>
    </message>
    <message>
        <source>up to %1 of the full model</source>
        <translation>最高达完整模型的 %1</translation>
    </message>
    <message>
        <source>%1: it %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Load anyway</source>
        <translation>仍然加载</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Eject: %1</source>
        <translation>卸载：%1</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>More: %1</source>
        <translation>更多：%1</translation>
    </message>
</context>
<context>
    <name>strata::ui::NoticeBar</name>
    <message>
        <source>Notice</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>Close this notice</source>
        <translation>关闭此通知</translation>
    </message>
</context>
<context>
    <name>strata::ui::QualityPlot</name>
    <message>
        <source>Quality over memory</source>
        <translation>质量与内存的关系</translation>
    </message>
    <message>
        <source>100 %</source>
        <translation>100%</translation>
    </message>
    <message>
        <source>%1 MB</source>
        <translation>%1 MB</translation>
    </message>
    <message>
        <source>0</source>
        <translation>0</translation>
    </message>
</context>
<context>
    <name>strata::ui::ResultPage</name>
    <message>
        <source>Ready to chat</source>
        <translation>可以开始对话</translation>
    </message>
    <message>
        <source>This is how often the compressed model picks the same next word as the full one, by memory, measured on text that was kept apart.</source>
        <translation>下图显示在不同内存下，压缩模型与完整模型选出相同的下一个词的频率（在专门留出的文本上测得）。</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>%1, from %2</source>
        <translation>%1，原为 %2</translation>
    </message>
    <message>
        <source>Best quality</source>
        <translation>最佳质量</translation>
    </message>
    <message>
        <source>%1 of the full model</source>
        <translation>完整模型的 %1</translation>
    </message>
    <message>
        <source>Runs from</source>
        <translation>最低运行内存</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
</context>
<context>
    <name>strata::ui::RunPage</name>
    <message>
        <source>Compressing</source>
        <translation>正在压缩</translation>
    </message>
    <message>
        <source>You can close this and go on with other things; it keeps running.</source>
        <translation>您可以关闭此窗口去做别的事，压缩会继续进行。</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Cancel the compression</source>
        <translation>取消压缩</translation>
    </message>
    <message>
        <source>Compressing %1</source>
        <translation>正在压缩 %1</translation>
    </message>
    <message>
        <source>Beginning</source>
        <translation>正在开始</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>%1 elapsed</source>
        <translation>已用 %1</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Paused; what is done is kept</source>
        <translation>已暂停；已完成的部分会保留</translation>
    </message>
</context>
<context>
    <name>strata::ui::SamplingPanel</name>
    <message>
        <source>How answers are written</source>
        <translation>回答的生成方式</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>For example: You answer briefly and in German.</source>
        <translation>例如：请用中文简短回答。</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>系统提示词</translation>
    </message>
    <message>
        <source>Think before answering, where the model can</source>
        <translation>回答前先思考（如果模型支持）</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>0 always takes the likeliest word; higher is more varied</source>
        <translation>0 总是选最可能的词；越高越多样</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Only the likeliest words that together have this share; 1 = all</source>
        <translation>只从累计占此比例的最可能的词中选；1 = 全部</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Only this many of the likeliest words</source>
        <translation>只从这么多个最可能的词中选</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Only words at least this likely, compared with the likeliest; 0 = all</source>
        <translation>只选与最可能的词相比至少有此可能性的词；0 = 全部</translation>
    </message>
    <message>
        <source>Repetition penalty</source>
        <translation>重复惩罚</translation>
    </message>
    <message>
        <source>Above 1, words that were used become less likely</source>
        <translation>大于 1 时，用过的词更不容易出现</translation>
    </message>
    <message>
        <source>Presence penalty</source>
        <translation>存在惩罚</translation>
    </message>
    <message>
        <source>Taken from words that were used at all</source>
        <translation>对出现过的词的扣减</translation>
    </message>
    <message>
        <source>Frequency penalty</source>
        <translation>频率惩罚</translation>
    </message>
    <message>
        <source>Taken from words as often as they were used</source>
        <translation>按词出现的次数扣减</translation>
    </message>
    <message>
        <source>another one for every answer</source>
        <translation>每次回答都不同</translation>
    </message>
    <message>
        <source>The same number, question and memory give the same answer</source>
        <translation>相同的数字、问题和内存会得到相同的回答</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>最长回答</translation>
    </message>
    <message>
        <source>In tokens; a token is about three quarters of a word</source>
        <translation>以词元计；一个词元约为四分之三个英文单词</translation>
    </message>
    <message>
        <source>until it ends by itself</source>
        <translation>直到自然结束</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Forget the oldest</source>
        <translation>忘记最早的内容</translation>
    </message>
    <message>
        <source>Forget the middle</source>
        <translation>忘记中间的内容</translation>
    </message>
    <message>
        <source>When the context is full</source>
        <translation>上下文已满时</translation>
    </message>
    <message>
        <source>Holds from the next time a model is loaded</source>
        <translation>下次加载模型时生效</translation>
    </message>
    <message>
        <source>Standard</source>
        <translation>标准</translation>
    </message>
    <message>
        <source>Save preset</source>
        <translation>保存预设</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
</context>
<context>
    <name>strata::ui::SearchResultsModel</name>
    <message>
        <source>Untitled</source>
        <translation>无标题</translation>
    </message>
</context>
<context>
    <name>strata::ui::SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>键盘</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>主题(&amp;T)</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source> %</source>
        <translation>%</translation>
    </message>
    <message>
        <source>Text &amp;size</source>
        <translation>文字大小(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>语言(&amp;L)</translation>
    </message>
    <message>
        <source>Reduce motion</source>
        <translation>减少动画</translation>
    </message>
    <message>
        <source>Send &amp;with</source>
        <translation>发送键(&amp;W)</translation>
    </message>
    <message>
        <source>Takes effect when a model is loaded</source>
        <translation>加载模型时生效</translation>
    </message>
    <message>
        <source>All cores</source>
        <translation>所有核心</translation>
    </message>
    <message>
        <source>The model&apos;s own</source>
        <translation>模型自带</translation>
    </message>
    <message>
        <source> tokens</source>
        <translation> 词元</translation>
    </message>
    <message>
        <source>T&amp;hreads</source>
        <translation>线程数(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Context length</source>
        <translation>上下文长度(&amp;C)</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Change the models folder</source>
        <translation>更改模型文件夹</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Show the models folder</source>
        <translation>显示模型文件夹</translation>
    </message>
    <message>
        <source>The &amp;model keeps</source>
        <translation>模型占用(&amp;M)</translation>
    </message>
    <message>
        <source>what the slider says</source>
        <translation>按滑块设定</translation>
    </message>
    <message>
        <source> GB</source>
        <translation> GB</translation>
    </message>
    <message>
        <source>Leave &amp;free</source>
        <translation>预留空闲(&amp;F)</translation>
    </message>
    <message>
        <source>When memory is &amp;yielded</source>
        <translation>让出内存时(&amp;Y)</translation>
    </message>
    <message>
        <source>go on, in poor quality</source>
        <translation>继续回答，但质量较差</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>复制诊断信息</translation>
    </message>
    <message>
        <source>Version, system, model and memory, for a report; nothing of your chats</source>
        <translation>用于报告问题的版本、系统、模型和内存信息；不含任何对话内容</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Choose the folder for models</source>
        <translation>选择模型文件夹</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
    <message>
        <source>Shift+Enter always begins a new line, and Ctrl+Enter always sends.</source>
        <translation>Shift+Enter 始终换行，Ctrl+Enter 始终发送。</translation>
    </message>
    <message>
        <source>what other programs leave</source>
        <translation>其他程序用剩的内存</translation>
    </message>
    <message>
        <source>hold the answer</source>
        <translation>暂停回答</translation>
    </message>
    <message>
        <source>Load the last model at the start</source>
        <translation>启动时加载上次的模型</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>设备</translation>
    </message>
</context>
<context>
    <name>strata::ui::ShortcutList</name>
    <message>
        <source>Back to the usual keys</source>
        <translation>恢复默认按键</translation>
    </message>
    <message>
        <source>Usual keys: %1</source>
        <translation>恢复默认按键：%1</translation>
    </message>
    <message>
        <source>%1 is needed for writing. Add Ctrl or Alt, or take a function key.</source>
        <translation>%1 用于输入文字。请加上 Ctrl 或 Alt，或使用功能键。</translation>
    </message>
    <message>
        <source>%1 is in use for “%2”. Take other keys, or change those first.</source>
        <translation>%1 已用于“%2”。请换用其他按键，或先更改那一个。</translation>
    </message>
</context>
<context>
    <name>strata::ui::ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>strata::ui::Sidebar</name>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Hide the list of chats</source>
        <translation>隐藏对话列表</translation>
    </message>
</context>
<context>
    <name>strata::ui::SleepInhibitor</name>
    <message>
        <source>A model is being compressed</source>
        <translation>正在压缩模型</translation>
    </message>
</context>
<context>
    <name>strata::ui::SourceInspector</name>
    <message>
        <source>%1 tokens</source>
        <translation>%1 个词元</translation>
    </message>
</context>
<context>
    <name>strata::ui::SourcePage</name>
    <message>
        <source>GGUF</source>
        <translation>GGUF</translation>
    </message>
    <message>
        <source>Hugging Face folder</source>
        <translation>Hugging Face 文件夹</translation>
    </message>
    <message>
        <source>BitStack checkpoint</source>
        <translation>BitStack 检查点</translation>
    </message>
    <message>
        <source>Stack, compressed already</source>
        <translation>已压缩的模型</translation>
    </message>
    <message>
        <source>Compress a model</source>
        <translation>压缩模型</translation>
    </message>
    <message>
        <source>Once compressed, the model runs in as much memory as you choose, and you can change that while it answers.</source>
        <translation>压缩后，模型可以在您选定的内存中运行，回答过程中也可以更改。</translation>
    </message>
    <message>
        <source>Choose another model…</source>
        <translation>选择其他模型…</translation>
    </message>
    <message>
        <source>Open a file…</source>
        <translation>打开文件…</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>打开文件夹…</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>选择模型</translation>
    </message>
    <message>
        <source>Models (*.gguf *.strata);;All files (*)</source>
        <translation>模型 (*.gguf *.strata);;所有文件 (*)</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>识别结果</translation>
    </message>
    <message>
        <source>looking at it…</source>
        <translation>正在查看…</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Family</source>
        <translation>系列</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Tokenizer</source>
        <translation>分词器</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>对话模板</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>有</translation>
    </message>
    <message>
        <source>no: it continues texts and does not chat</source>
        <translation>无：它只续写文本，不能对话</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>not stated</source>
        <translation>未注明</translation>
    </message>
</context>
<context>
    <name>strata::ui::SystemBar</name>
    <message>
        <source>Memory of this computer</source>
        <translation>这台电脑的内存</translation>
    </message>
    <message>
        <source>This program %1, other programs %2, free %3 of %4</source>
        <translation>本程序 %1，其他程序 %2，可用 %3 / %4</translation>
    </message>
</context>
</TS>
